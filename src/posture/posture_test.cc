// Method: a small honest Windows in memory; each test sets what it is about. The checks are either
// written here, or those of this tree's encyclopedia.
#include "posture/posture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/reader.h"
#include "core/text.h"
#include "entries/this_tree.h"
#include "host/sample_disk.h"
#include "posture/condition.h"
#include "posture/mend.h"

namespace antidotary::posture {
namespace {

using entries::CheckVerdict;
using testing::HasSubstr;
using testing::IsEmpty;

Said number(std::uint64_t value) { return {{}, value, false}; }
Said text(std::string value) { return {{std::move(value)}, std::nullopt, false}; }
Said version(std::string value) { return {{std::move(value)}, std::nullopt, true}; }

bool holds(std::string_view condition, const Said& said) {
  const auto read = entries::read_condition(condition);
  EXPECT_TRUE(read.has_value()) << condition;
  return read && posture::holds(*read, said);
}

TEST(Condition, ComparesNumbersTextsAndVersions) {
  EXPECT_TRUE(holds("= 1", number(1)));
  EXPECT_FALSE(holds("= 1", number(2)));
  EXPECT_TRUE(holds("!= 4", number(2)));
  EXPECT_TRUE(holds(">= 3", number(10)));
  EXPECT_FALSE(holds("<= 3", number(10)));
  EXPECT_TRUE(holds("= Off", text("off")));
  EXPECT_TRUE(holds("like https://*", text("HTTPS://wsus")));
  EXPECT_FALSE(holds(">= 3", text("many")));
  EXPECT_TRUE(holds(">= 6.0.2715.400", version("6.0.2800.1106")));
  EXPECT_FALSE(holds(">= 6.0.2715.400", version("6.0.2600.0")));
  EXPECT_TRUE(holds("empty", text("")));
  EXPECT_FALSE(holds("empty", number(0)));
}

TEST(Condition, RefusesWhatIsNone) {
  for (const std::string_view wrong : {"", "1", "=", ">= many", "about 3"}) {
    EXPECT_FALSE(entries::read_condition(wrong).has_value()) << wrong;
  }
}

struct XpDisk : host::SampleDisk {
  XpDisk() {
    auto& version = software.at("Microsoft\\Windows NT\\CurrentVersion");
    version.set_text("CurrentBuildNumber", "2600");
    version.set_text("CSDVersion", "Service Pack 2");
    version.set_text("ProductName", "Microsoft Windows XP");
  }
  void dword(regf::KeySpec& hive, std::string_view key, std::string_view name,
             std::uint32_t value) {
    hive.at(key).set(name, regf::reg_dword, host::SampleDisk::number(value));
  }
  CheckResult judge(std::string_view id) {
    host::Computer& found = lay().look();
    const entries::PostureCheck* const check = entries::encyclopedia_of_this_tree().find_check(id);
    EXPECT_NE(check, nullptr) << id;
    return posture::judge(*check, windows_of(found), found);
  }
};

constexpr std::string_view firewall =
    "ControlSet002\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\";

TEST(Posture, KnowsWhichWindowsItIs) {
  XpDisk disk;
  const Windows windows = windows_of(disk.lay().look());
  EXPECT_EQ(windows.build, 2600u);
  EXPECT_EQ(windows.service_pack, 2u);
  EXPECT_EQ(windows.name, "Microsoft Windows XP");
}

TEST(Posture, TakesThePolicyBeforeTheLocalSetting) {
  XpDisk disk;
  disk.dword(disk.system, std::string(firewall) + "StandardProfile", "EnableFirewall", 1);
  disk.dword(disk.system, std::string(firewall) + "DomainProfile", "EnableFirewall", 1);
  disk.dword(disk.software, "Policies\\Microsoft\\WindowsFirewall\\StandardProfile",
             "EnableFirewall", 0);
  const CheckResult result = disk.judge("firewall");
  EXPECT_EQ(result.verdict, CheckVerdict::fail);
  ASSERT_EQ(result.parts.size(), 3u);
  EXPECT_EQ(result.parts[0].verdict, CheckVerdict::pass);
  EXPECT_EQ(result.parts[1].verdict, CheckVerdict::fail);
  EXPECT_THAT(result.parts[1].reason, HasSubstr("set by policy"));
  EXPECT_EQ(result.parts[2].verdict, CheckVerdict::not_applicable);  // no public profile on XP
}

TEST(Posture, SaysUnknownWhereNothingIsRecorded) {
  XpDisk disk;
  EXPECT_EQ(disk.judge("firewall").verdict, CheckVerdict::unknown);
}

TEST(Posture, SaysUnknownWhereAHiveIsMissingEvenIfAbsenceWouldPass) {
  XpDisk disk;
  disk.lay();
  disk.tree.refuse("WINDOWS/system32/config/SYSTEM");
  host::Computer& found = disk.look();
  const auto* const check = entries::encyclopedia_of_this_tree().find_check("shares");
  EXPECT_EQ(posture::judge(*check, windows_of(found), found).verdict, CheckVerdict::unknown);
}

TEST(Posture, PassesNothingOnAHiveWhoseLogWasNotRead) {
  XpDisk disk;
  disk.dword(disk.software, "Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer",
             "NoDriveTypeAutoRun", 255);
  EXPECT_EQ(disk.judge("autorun").verdict, CheckVerdict::pass);
  disk.make_dirty(disk.software_path());
  host::Computer& found = disk.look();
  const auto* const check = entries::encyclopedia_of_this_tree().find_check("autorun");
  EXPECT_EQ(posture::judge(*check, windows_of(found), found).verdict, CheckVerdict::unknown);
}

TEST(Posture, AsksEveryUser) {
  XpDisk disk;
  disk.dword(disk.alice, "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\Advanced",
             "HideFileExt", 1);
  const CheckResult result = disk.judge("file-endings");
  EXPECT_EQ(result.verdict, CheckVerdict::fail);
  ASSERT_EQ(result.parts.size(), 1u);
  EXPECT_EQ(result.parts[0].user, "alice");
}

TEST(Posture, FailsASharedDriveAndPassesASharedFolder) {
  const auto shared = [](std::string_view path) {
    XpDisk disk;
    disk.system.at("ControlSet002\\Services\\LanmanServer\\Shares")
        .set("data", regf::reg_multi_sz,
             utf16_le_from_utf8("MaxUses=4294967295" + std::string(1, '\0') +
                                "Path=" + std::string(path) + std::string(1, '\0') + "Type=0" +
                                std::string(2, '\0')));
    return disk.judge("shares").verdict;
  };
  EXPECT_EQ(shared("C:\\"), CheckVerdict::fail);
  EXPECT_EQ(shared("C:\\Public"), CheckVerdict::pass);
}

TEST(Posture, TellsAVersionByTheFile) {
  const auto with_version = [](std::uint32_t high, std::uint32_t low) {
    Buffer file = utf16_le_from_utf8("VS_VERSION_INFO");
    append_u16_le(file, 0);
    append_u32_le(file, 0xfeef04bd);
    append_u32_le(file, 0x00010000);
    append_u32_le(file, high);
    append_u32_le(file, low);
    XpDisk disk;
    disk.tree.bytes("WINDOWS/system32/mshtml.dll", file);
    return disk.judge("ms02-015").verdict;
  };
  EXPECT_EQ(with_version(0x00060000, 2800u << 16 | 1106), CheckVerdict::pass);
  EXPECT_EQ(with_version(0x00060000, 2600u << 16), CheckVerdict::fail);
  EXPECT_EQ(with_version(0x00050032, 4134u << 16), CheckVerdict::unknown);  // 5.50
  EXPECT_EQ(with_version(0x00080000, 6001u << 16), CheckVerdict::pass);
}

TEST(Posture, CountsTheAgeOfDefinitionsFromTheLastShutdown) {
  const auto aged = [](std::uint64_t days) {
    XpDisk disk;
    disk.software.at("Microsoft\\Windows NT\\CurrentVersion")
        .set_text("CurrentBuildNumber", "19045");
    constexpr std::uint64_t shutdown = 133'000'000'000'000'000ull;
    Buffer time;
    append_u64_le(time, shutdown);
    disk.system.at("ControlSet002\\Control\\Windows").set("ShutdownTime", regf::reg_binary, time);
    Buffer updated;
    append_u64_le(updated, shutdown - days * 864'000'000'000ull);
    disk.software.at("Microsoft\\Windows Defender\\Signature Updates")
        .set("SignaturesLastUpdated", regf::reg_binary, updated);
    return disk.judge("defender-age").verdict;
  };
  EXPECT_EQ(aged(7), CheckVerdict::pass);
  EXPECT_EQ(aged(8), CheckVerdict::fail);
}

TEST(Posture, FindsWhatWouldHaveStoppedMimail) {
  const entries::Encyclopedia& all = entries::encyclopedia_of_this_tree();
  std::vector<std::string> ids;
  for (const auto* check : checks_for(all, *all.find("win32/mimail"))) ids.push_back(check->id);
  EXPECT_THAT(ids, testing::IsSupersetOf({"ms02-015", "ms03-014", "attachments", "defender"}));
  EXPECT_THAT(ids, testing::Not(testing::Contains("autorun")));
}

TEST(Mend, ChangesAValueThatIsThereAndAdvisesTheRest) {
  XpDisk disk;
  disk.dword(disk.software, "Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer",
             "NoDriveTypeAutoRun", 145);
  disk.dword(disk.system, std::string(firewall) + "StandardProfile", "EnableFirewall", 0);
  host::Computer& found = disk.lay().look();
  const Posture posture = judge(entries::encyclopedia_of_this_tree(), found);
  const plan::Plan plan =
      plan_to_mend(entries::encyclopedia_of_this_tree(), posture, {"autorun"}, "/mnt");
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.steps[0].act, plan::Act::restore_value);
  EXPECT_EQ(load_u32_le(plan.steps[0].new_data, 0), 255u);
  const plan::Plan all = plan_to_mend(entries::encyclopedia_of_this_tree(), posture, {}, "/mnt");
  EXPECT_GT(all.steps.size(), 2u);
  const auto advised = std::count_if(all.steps.begin(), all.steps.end(), [](const auto& step) {
    return step.act == plan::Act::advise;
  });
  EXPECT_GT(advised, 0);
}

}  // namespace
}  // namespace antidotary::posture
