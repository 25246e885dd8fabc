// Method: an encyclopedia of one near miss, harmless at first, then with each mark of a thing that
// runs put into it.
#include "proof/inert.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace antidotary::proof {
namespace {

class InertProof : public testing::Test {
 protected:
  void SetUp() override {
    root_ = (std::filesystem::temp_directory_path() / "antidotary-inert-XXXXXX").string();
    ASSERT_NE(mkdtemp(root_.data()), nullptr);
    std::filesystem::create_directories(root_ + "/win32/example/proof/near/host");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::vector<entries::Problem> problems_with(const std::string& content) {
    std::ofstream(root_ + "/win32/example/proof/near/host/a.exe", std::ios::binary) << content;
    auto problems = lint_proofs(root_);
    EXPECT_TRUE(problems.has_value());
    return problems.value_or(std::vector<entries::Problem>{});
  }

  std::string root_;
};

TEST_F(InertProof, MayHoldWords) {
  EXPECT_TRUE(problems_with("Harmless words. MZ in the middle.").empty());
  EXPECT_TRUE(lint_proofs(ANTIDOTARY_SOURCE_DIR "/encyclopedia").value().empty());
}

TEST_F(InertProof, HoldsNothingThatRuns) {
  const std::string eicar = std::string("EICAR-STANDARD-") + "ANTIVIRUS-TEST-FILE";
  const std::string elf = std::string("\x7f") + "ELF";
  for (const std::string& content : {std::string("MZ"), elf, std::string("#!/bin/sh\n"),
                                     std::string("mail\n\nTVqQAAMAAAA="), "x" + eicar}) {
    const auto problems = problems_with(content);
    ASSERT_EQ(problems.size(), 1u) << content;
    EXPECT_EQ(problems[0].rule, "proof-is-inert");
    EXPECT_EQ(problems[0].place.file, "win32/example/proof/near/host/a.exe");
  }
}

TEST_F(InertProof, IsSmall) {
  EXPECT_TRUE(problems_with(std::string(proof_bytes_max, 'x')).empty());
  EXPECT_EQ(problems_with(std::string(proof_bytes_max + 1, 'x')).size(), 1u);
}

}  // namespace
}  // namespace antidotary::proof
