// One generated test over all entries: whatever the encyclopedia states is proven here, entry by
// entry; a new entry is tested by being there. The same circle as `antidotary entry test`.
#include "proof/circle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "proof/clinic.h"
#include "proof/snapshot.h"
#include "proof/specimen_digests.h"

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

TEST(Snapshot, SeesWhatAnUndoMustPutBack) {
  namespace fs = std::filesystem;
  const Scratch scratch;
  ASSERT_TRUE(prove_honest(encyclopedia(), scratch.path()).has_value());
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
