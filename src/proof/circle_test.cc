// One generated test over all entries: whatever the encyclopedia states is proven here, entry by
// entry; a new entry is tested by being there. The same circle as `antidotary entry test`.
#include "proof/circle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "diagnosis/sample_family.h"
#include "proof/clinic.h"
#include "proof/snapshot.h"
#include "proof/specimen_digests.h"
#include "simulate/simulate.h"

namespace antidotary::proof {
namespace {

const std::string folder = ANTIDOTARY_SOURCE_DIR "/encyclopedia";

const entries::Encyclopedia& encyclopedia() {
  static const entries::Encyclopedia read = [] {
    std::vector<entries::Problem> problems;
    return entries::Encyclopedia::read(with_specimen_digests(read_sources(folder).value()),
                                       problems);
  }();
  return read;
}

std::vector<std::string> entry_ids() {
  std::vector<std::string> ids;
  for (const auto& entry : encyclopedia().entries()) ids.push_back(entry.id);
  return ids;
}

class Scratch {
 public:
  Scratch() : path_((std::filesystem::temp_directory_path() / "antidotary-proof-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void expect_all_passed(const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    EXPECT_TRUE(check.passed) << check.entry << "." << check.variant << ": " << check.what << "\n  "
                              << check.detail;
  }
}

class EveryEntry : public testing::TestWithParam<std::string> {};

TEST_P(EveryEntry, IsFoundRemovedVerifiedAndUndone) {
  const entries::Entry& entry = *encyclopedia().find(GetParam());
  const Scratch scratch;
  const auto checks =
      prove(encyclopedia(), entry, folder + "/" + entry.id + "/proof/near", scratch.path());
  ASSERT_TRUE(checks.has_value()) << checks.error().what;
  expect_all_passed(*checks);
  // Every checkable variant was really tried: nothing passes by being skipped.
  for (const entries::Variant& variant : entry.variants) {
    const auto tried = std::count_if(checks->begin(), checks->end(), [&](const Check& check) {
      return check.variant == variant.id && check.what.find("undone") == 0;
    });
    EXPECT_EQ(tried > 0, variant.checkable()) << variant.id;
    EXPECT_EQ(variant.named_only.empty(), variant.checkable()) << variant.id;
  }
}

INSTANTIATE_TEST_SUITE_P(Encyclopedia, EveryEntry, testing::ValuesIn(entry_ids()),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '/', '0');
                           return name;
                         });

TEST(Honest, ComputerAndItsMailAreClean) {
  const Scratch scratch;
  const auto checks = prove_honest(encyclopedia(), scratch.path());
  ASSERT_TRUE(checks.has_value()) << checks.error().what;
  EXPECT_EQ(checks->size(), 2u);
  expect_all_passed(*checks);
}

TEST(Honest, ComputerIsNotCalledCleanWhereAHiveIsTruncated) {
  namespace fs = std::filesystem;
  const Scratch scratch;
  ASSERT_TRUE(simulate::honest(scratch.path() + "/honest").has_value());
  const std::string tree = scratch.path() + "/honest/host";
  const fs::path hive = fs::path(tree) / "WINDOWS/system32/config/SOFTWARE";
  ASSERT_TRUE(fs::exists(hive));
  Clinic clinic(encyclopedia());
  const auto root = files::Root::open(tree);
  ASSERT_TRUE(root.has_value());
  EXPECT_TRUE(clean(*clinic.look(*root)));
  fs::resize_file(hive, fs::file_size(hive) / 2);
  const auto findings = clinic.look(*root);
  ASSERT_TRUE(findings.has_value());
  EXPECT_TRUE(findings->nothing_found());
  EXPECT_FALSE(wholly_read(*findings));
  EXPECT_FALSE(clean(*findings));
}

TEST(EntryProof, DoesNotPassOverATruncatedHive) {
  namespace fs = std::filesystem;
  const Scratch scratch;
  ASSERT_TRUE(simulate::honest(scratch.path() + "/honest").has_value());
  const fs::path inside = "host/WINDOWS/system32/config/SOFTWARE";
  const fs::path near = fs::path(scratch.path()) / "near-miss" / inside;
  fs::create_directories(near.parent_path());
  fs::copy(fs::path(scratch.path()) / "honest" / inside, near);
  fs::resize_file(near, fs::file_size(near) / 2);
  fs::create_directories(scratch.path() + "/proof");
  const auto checks = prove(encyclopedia(), *encyclopedia().find("win32/mimail"),
                            scratch.path() + "/near-miss", scratch.path() + "/proof");
  ASSERT_TRUE(checks.has_value()) << checks.error().what;
  const auto failed = std::count_if(checks->begin(), checks->end(),
                                    [](const Check& check) { return !check.passed; });
  EXPECT_EQ(failed, 1);
}

// Two changes of one line: the second writes over the first, which no computer then shows.
TEST(EntryProof, FailsWhereAChangeOfTheVariantIsNotSeen) {
  const auto shell = [](const std::string& program) {
    return diagnosis::change(
        "ini", program,
        "directory='%windir%'\nname='system.ini'\nsection='boot'\nkey='shell'\n"
        "old_data='explorer.exe'\ndata='explorer.exe " +
            program + "'\nbefore=['worm.exe']");
  };
  const auto all =
      diagnosis::family({{"a", diagnosis::body("worm.exe") + shell("a.exe") + shell("b.exe")}});
  ASSERT_NE(all.find("win32/family"), nullptr);
  const Scratch scratch;
  const auto checks =
      prove(all, *all.find("win32/family"), scratch.path() + "/none", scratch.path());
  ASSERT_TRUE(checks.has_value()) << checks.error().what;
  const auto unseen = std::find_if(checks->begin(), checks->end(),
                                   [](const Check& check) { return !check.passed; });
  ASSERT_NE(unseen, checks->end());
  EXPECT_EQ(unseen->detail, "not seen: a.exe");
}

TEST(Proof, PutsTheHandlerBackBeforeTheFileGoes) {
  for (const std::string id : {"win32/yaha", "win32/fizzer", "win32/sircam", "win32/swen"}) {
    const entries::Entry& entry = *encyclopedia().find(id);
    for (const entries::Variant& variant : entry.variants) {
      if (!variant.checkable()) continue;
      const Scratch scratch;
      ASSERT_TRUE(simulate::infected(entry, variant, scratch.path()).has_value());
      Clinic clinic(encyclopedia());
      const auto root = files::Root::open(scratch.path() + "/host");
      ASSERT_TRUE(root.has_value());
      const auto findings = clinic.look(*root);
      ASSERT_TRUE(findings.has_value());
      const plan::Plan plan = clinic.plan(*findings, *root);
      const auto first = [&plan](plan::Act act) {
        return std::find_if(plan.steps.begin(), plan.steps.end(),
                            [act](const plan::Step& step) { return step.act == act; });
      };
      const auto handler = first(plan::Act::restore_value);
      ASSERT_NE(handler, plan.steps.end()) << id << "." << variant.id;
      EXPECT_TRUE(handler->carried_out()) << id << ": " << handler->left;
      EXPECT_NE(handler->what.find("file\\shell\\open\\command"), std::string::npos)
          << handler->what;
      const auto file = first(plan::Act::quarantine_file);
      ASSERT_NE(file, plan.steps.end()) << id;
      EXPECT_TRUE(file->carried_out()) << id << ": " << file->left;
      const auto last =
          std::find_if(plan.steps.rbegin(), plan.steps.rend(),
                       [](const plan::Step& step) { return step.act == plan::Act::restore_value; });
      EXPECT_LE(last.base(), file) << id << ": a file goes before a handler is restored";
    }
  }
}

TEST(Snapshot, SeesWhatAnUndoMustPutBack) {
  namespace fs = std::filesystem;
  const Scratch scratch;
  ASSERT_TRUE(simulate::honest(scratch.path() + "/honest").has_value());
  const std::string tree = scratch.path() + "/honest/host";
  const auto before = snapshot(tree);
  ASSERT_TRUE(before.has_value());
  const fs::path file = fs::path(tree) / "WINDOWS/explorer.exe";
  const auto time = fs::last_write_time(file);
  fs::last_write_time(file, time + std::chrono::seconds(1));
  EXPECT_EQ(before->differences(*snapshot(tree)).size(), 2u);
  fs::last_write_time(file, time);
  EXPECT_TRUE(before->differences(*snapshot(tree)).empty());
  fs::permissions(file, fs::perms::owner_read);
  EXPECT_EQ(before->differences(*snapshot(tree)).size(), 2u);
}

}  // namespace
}  // namespace antidotary::proof
