// Method: one subject, and conditions one by one just inside and just outside what it is.
#include "pack/conditions.h"

#include <gmock/gmock.h>

#include <string>

namespace antidotary::pack {
namespace {

class ConditionsTest : public testing::Test {
 protected:
  ConditionsTest() {
    subject.bytes = as_bytes(std::string_view(text));
    subject.target = Target::pe;
    executable.entry_point = 40;
    executable.sections = {{10, 20}, {60, 30}};
    subject.executable = &executable;
    subject.containers = {"CL_TYPE_MAIL", "CL_TYPE_ZIP"};
  }
  bool holds() const { return conditions_hold(conditions, subject); }

  const std::string text = std::string(100, 'a');
  Executable executable;
  Subject subject;
  Conditions conditions;
};

TEST_F(ConditionsTest, HoldWhereNothingIsAsked) { EXPECT_TRUE(holds()); }

TEST_F(ConditionsTest, TargetIsTheSubjectsOrAny) {
  conditions.target = Target::pe;
  EXPECT_TRUE(holds());
  conditions.target = Target::elf;
  EXPECT_FALSE(holds());
}

TEST_F(ConditionsTest, FileSizeIncludesBothEnds) {
  conditions.file_size = Range{100, 100};
  EXPECT_TRUE(holds());
  conditions.file_size = Range{101, 200};
  EXPECT_FALSE(holds());
  conditions.file_size = Range{0, 99};
  EXPECT_FALSE(holds());
}

TEST_F(ConditionsTest, LayoutIsAskedOfExecutables) {
  conditions.entry_point = Range{40, 40};
  conditions.sections = Range{2, 2};
  EXPECT_TRUE(holds());
  conditions.entry_point = Range{41, 50};
  EXPECT_FALSE(holds());
  conditions.entry_point = Range{0, 40};
  conditions.sections = Range{3, 9};
  EXPECT_FALSE(holds());
}

TEST_F(ConditionsTest, LayoutNeverHoldsWhereThereIsNone) {
  subject.executable = nullptr;
  EXPECT_TRUE(holds());
  conditions.entry_point = Range{};
  EXPECT_FALSE(holds());
  conditions.entry_point.reset();
  conditions.sections = Range{};
  EXPECT_FALSE(holds());
}

TEST_F(ConditionsTest, ContainerIsTheOneThatHoldsTheObject) {
  conditions.container = "CL_TYPE_ZIP";
  EXPECT_TRUE(holds());
  conditions.container = "CL_TYPE_MAIL";
  EXPECT_FALSE(holds());
  subject.containers.clear();
  EXPECT_FALSE(holds());
}

TEST_F(ConditionsTest, AnyContainerMeansThatNothingHoldsTheObject) {
  conditions.container = "CL_TYPE_ANY";
  EXPECT_FALSE(holds());
  subject.containers.clear();
  EXPECT_TRUE(holds());
}

TEST_F(ConditionsTest, IntermediatesAreTheInnermostContainersInOrder) {
  conditions.intermediates = {"CL_TYPE_ZIP"};
  EXPECT_TRUE(holds());
  conditions.intermediates = {"CL_TYPE_MAIL", "CL_TYPE_ZIP"};
  EXPECT_TRUE(holds());
  conditions.intermediates = {"CL_TYPE_ZIP", "CL_TYPE_MAIL"};
  EXPECT_FALSE(holds());
  conditions.intermediates = {"CL_TYPE_MAIL"};
  EXPECT_FALSE(holds());
}

TEST_F(ConditionsTest, AnyIntermediateStandsForOneContainer) {
  conditions.intermediates = {"CL_TYPE_ANY", "CL_TYPE_ZIP"};
  EXPECT_TRUE(holds());
  conditions.intermediates = {"CL_TYPE_ANY", "CL_TYPE_ANY", "CL_TYPE_ZIP"};
  EXPECT_FALSE(holds());
}

}  // namespace
}  // namespace antidotary::pack
