// Method: the sample variant is simulated into scratch folders; what lies there afterwards is read
// by the project's own readers, and everything is checked to be a text.
#include "simulate/simulate.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "core/budget.h"
#include "core/digest.h"
#include "files/root.h"
#include "formats/regf/hive.h"
#include "simulate/sample.h"

namespace antidotary::simulate {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class Simulation : public ::testing::Test {
 protected:
  Simulation() {
    std::string pattern = fs::temp_directory_path() / "antidotary-simulate-XXXXXX";
    scratch_ = ::mkdtemp(pattern.data());
  }
  ~Simulation() override { fs::remove_all(scratch_); }

  std::string folder(const std::string& name) const { return scratch_ / name; }
  static std::string text_of_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Path below `directory`, with digest and time, of every file.
  static std::map<std::string, std::string> census(const std::string& directory) {
    std::map<std::string, std::string> out;
    for (const auto& node : fs::recursive_directory_iterator(directory)) {
      struct stat status {};
      ::lstat(node.path().c_str(), &status);
      const std::string text = node.is_regular_file() ? text_of_file(node.path()) : "";
      out[fs::relative(node.path(), directory)] =
          sha256_hex(as_bytes(text)) + " " + std::to_string(status.st_mtime);
    }
    return out;
  }
  // The text of a value in a hive, or "(absent)".
  static std::string value_in(const fs::path& hive_file, const std::string& key,
                              const std::string& name) {
    const std::string bytes = text_of_file(hive_file);
    Budget budget;
    const auto hive = regf::Hive::open(as_bytes(bytes), budget);
    if (!hive) return hive.error().what;
    const auto found = hive->find(key);
    if (!found || !*found) return "(no key)";
    const auto value = hive->find_value(**found, name);
    if (!value || !*value) return "(absent)";
    return regf::text_of((*value)->type, *hive->data(**value)).value_or("(other type)");
  }

  fs::path scratch_;
  entries::Entry entry_;
  entries::Variant variant_ = sample_variant();
};

constexpr const char* run_in_hive = "Microsoft\\Windows\\CurrentVersion\\Run";

TEST_F(Simulation, IsTheSameEveryTime) {
  ASSERT_TRUE(infected(entry_, variant_, folder("one")).has_value());
  ASSERT_TRUE(infected(entry_, variant_, folder("two")).has_value());
  EXPECT_EQ(census(folder("one")), census(folder("two")));
}

TEST_F(Simulation, HoldsTextsAndHivesAlone) {
  ASSERT_TRUE(infected(entry_, variant_, folder("x")).has_value());
  int texts = 0;
  for (const auto& node : fs::recursive_directory_iterator(folder("x") + "/host")) {
    EXPECT_FALSE(node.is_symlink());
    if (!node.is_regular_file()) continue;
    const std::string text = text_of_file(node.path());
    if (text.starts_with("regf")) continue;
    EXPECT_THAT(text.substr(0, 40), HasSubstr("Inert stand-in for ")) << node.path();
    for (const char c : text) EXPECT_TRUE((c >= ' ' && c <= '~') || c == '\r' || c == '\n');
    ++texts;
  }
  EXPECT_GT(texts, 80);
}

TEST_F(Simulation, MakesTheFileOfTheFirstPublishedSize) {
  ASSERT_TRUE(infected(entry_, variant_, folder("x")).has_value());
  const std::string body = text_of_file(folder("x") + "/host/WINDOWS/videodrv.exe");
  EXPECT_EQ(body.size(), 19824u);
  EXPECT_THAT(body, StartsWith("Inert stand-in for worm body of Win32/Example.A, "
                               "%windir%\\videodrv.exe."));
}

TEST_F(Simulation, DiffersFromHonestOnlyInTheChanges) {
  ASSERT_TRUE(infected(entry_, variant_, folder("x")).has_value());
  ASSERT_TRUE(honest(folder("honest")).has_value());
  const auto before = census(folder("honest") + "/host");
  const auto after = census(folder("x") + "/host");
  std::vector<std::string> changed;
  for (const auto& [path, digest] : after) {
    const auto old = before.find(path);
    if (old == before.end() || old->second != digest) changed.push_back(path);
  }
  EXPECT_THAT(changed, ElementsAre("WINDOWS/system32/config/SOFTWARE", "WINDOWS/videodrv.exe"));
  EXPECT_EQ(after.size(), before.size() + 1);
}

TEST_F(Simulation, WritesHivesThatHoldTheValue) {
  ASSERT_TRUE(infected(entry_, variant_, folder("x")).has_value());
  const fs::path config = folder("x") + "/host/WINDOWS/system32/config";
  EXPECT_EQ(value_in(config / "SOFTWARE", run_in_hive, "VideoDriver"), "C:\\WINDOWS\\videodrv.exe");
  EXPECT_THAT(value_in(config / "SOFTWARE", run_in_hive, "Quiet Printer"),
              HasSubstr("monitor.exe"));
  EXPECT_EQ(
      value_in(config / "SOFTWARE", "Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "Shell"),
      "Explorer.exe");
  EXPECT_EQ(value_in(config / "SYSTEM", "ControlSet001\\Services\\Spooler", "ImagePath"),
            "%SystemRoot%\\system32\\spoolsv.exe");
}

TEST_F(Simulation, PutsUserValuesIntoTheUsersHive) {
  auto run = sample_run();
  run->key = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run";
  variant_.changes.push_back(std::move(run));
  ASSERT_TRUE(infected(entry_, variant_, folder("x")).has_value());
  EXPECT_EQ(value_in(folder("x") + "/host/Documents and Settings/alice/NTUSER.DAT",
                     std::string("Software\\") + run_in_hive, "VideoDriver"),
            "C:\\WINDOWS\\videodrv.exe");
}

TEST_F(Simulation, RemovesTheValueThatTheThreatRemoves) {
  auto removal = sample_run();
  removal->action = entries::RegistryChange::Action::remove;
  removal->value = "quiet printer";
  variant_.changes.push_back(std::move(removal));
  ASSERT_TRUE(infected(entry_, variant_, folder("x")).has_value());
  EXPECT_EQ(value_in(folder("x") + "/host/WINDOWS/system32/config/SOFTWARE", run_in_hive,
                     "Quiet Printer"),
            "(absent)");
}

TEST_F(Simulation, SendsTheLureAmongInnocentMessages) {
  ASSERT_TRUE(infected(entry_, variant_, folder("x")).has_value());
  const std::string mail = folder("x") + "/mail/";
  const std::string lure = text_of_file(mail + "03-lure-lure.eml");
  EXPECT_THAT(lure, HasSubstr("From: \"Admin\" <admin@example.org>\r\n"));
  EXPECT_THAT(lure, HasSubstr("Subject: your account "));
  EXPECT_THAT(lure, Not(HasSubstr("account *")));
  EXPECT_THAT(lure, HasSubstr("Importance: high\r\n"));
  EXPECT_THAT(lure, HasSubstr("will be expiring\r\n"));
  EXPECT_THAT(lure, HasSubstr("Best regards, Administrator\r\n"));
  EXPECT_THAT(lure, HasSubstr("filename=\"message.zip\"\r\n"));
  EXPECT_THAT(lure, HasSubstr("\r\n\r\nUEsDB"));  // base64 of a zip's first bytes
  EXPECT_TRUE(fs::exists(mail + "02-holiday.eml"));
  EXPECT_TRUE(fs::exists(mail + "04-library.eml"));
  const std::string mailbox = text_of_file(mail + "mailbox.mbox");
  EXPECT_THAT(mailbox, StartsWith("From MAILER-DAEMON "));
  EXPECT_THAT(mailbox, HasSubstr("\nSubject: your account of the holiday\n"));
  EXPECT_EQ(mailbox.find('\r'), std::string::npos);
}

TEST_F(Simulation, MakesNoMailWhereTheVariantSendsNone) {
  entries::Variant quiet;
  quiet.title = "Win32/Example.B";
  quiet.changes.push_back(sample_file());
  ASSERT_TRUE(infected(entry_, quiet, folder("x")).has_value());
  EXPECT_FALSE(fs::exists(folder("x") + "/mail"));
}

TEST_F(Simulation, RefusesAFolderThatIsNotEmpty) {
  fs::create_directory(folder("full"));
  std::ofstream(folder("full") + "/mine.txt") << "mine";
  const auto status = infected(entry_, variant_, folder("full"));
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(status.error().what, HasSubstr("not empty"));
  EXPECT_EQ(census(folder("full")).size(), 1u);
}

TEST_F(Simulation, WritesNothingOutsideWhenAnEntryClimbs) {
  auto file = sample_file();
  file->directory = "..\\..\\%windir%\\..\\..";
  file->name = "climber.exe";
  variant_.changes.push_back(std::move(file));
  ASSERT_TRUE(infected(entry_, variant_, folder("x")).has_value());
  const auto outside = census(scratch_);
  for (const auto& [path, digest] : outside) EXPECT_TRUE(path.starts_with("x")) << path;
  EXPECT_THAT(census(folder("x") + "/host"), Contains(::testing::Key(HasSubstr("climber.exe"))));
}

TEST_F(Simulation, KeepsTheGenuineFileBesideItsDouble) {
  auto file = sample_file();
  file->directory = "%windir%";
  file->name = "svchost.exe";
  file->genuine_twin = "%system%";
  variant_.changes.push_back(std::move(file));
  ASSERT_TRUE(infected(entry_, variant_, folder("x")).has_value());
  const std::string windows = folder("x") + "/host/WINDOWS/";
  EXPECT_THAT(text_of_file(windows + "svchost.exe"), HasSubstr("worm body"));
  EXPECT_THAT(text_of_file(windows + "system32/svchost.exe"), HasSubstr("honest computer"));
}

}  // namespace
}  // namespace antidotary::simulate
