#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnosis/diagnosis.h"

namespace antidotary::diagnosis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

scan::Detection detection(std::string variant, std::vector<std::string> path, std::size_t marks,
                          bool convicts = true) {
  scan::Detection out;
  out.entry = "win32/family";
  out.variant = std::move(variant);
  out.change = "lure";
  out.kind = "message";
  out.grade = entries::Grade::strong;
  out.convicts = convicts;
  out.path = std::move(path);
  for (std::size_t i = 0; i < marks; ++i) out.marks.push_back({"subject", std::to_string(i)});
  return out;
}

std::vector<Diagnosis> lures_of(std::vector<scan::Detection> detections) {
  scan::Report report;
  report.detections = std::move(detections);
  return lures(report);
}

TEST(Lures, ThereAreNoneInACleanReport) { EXPECT_THAT(lures_of({}), IsEmpty()); }

TEST(Lures, NameTheVariantWhoseMarksFitBest) {
  const auto found = lures_of({detection("a", {"mail.mbox", "message 17", "m.zip", "m.html"}, 4),
                               detection("d", {"mail.mbox", "message 17"}, 3)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].verdict, Verdict::lure);
  EXPECT_EQ(found[0].certainty, Certainty::probable);
  EXPECT_THAT(found[0].variants, ElementsAre("a"));
  ASSERT_EQ(found[0].evidence_for.size(), 1u);
  EXPECT_EQ(found[0].evidence_for[0].where, "mail.mbox > message 17 > m.zip > m.html");
}

TEST(Lures, NameAllVariantsThatFitEquallyWell) {
  const auto found =
      lures_of({detection("d", {"x.eml", "m.zip"}, 3), detection("a", {"x.eml"}, 3)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].variants, ElementsAre("a", "d"));
}

TEST(Lures, KeepMessagesApart) {
  EXPECT_EQ(lures_of({detection("a", {"mail.mbox", "message 1"}, 3),
                      detection("a", {"mail.mbox", "message 12"}, 3)})
                .size(),
            2u);
}

TEST(Lures, KeepEntriesApart) {
  auto other = detection("a", {"x.eml"}, 3);
  other.entry = "win32/other";
  EXPECT_EQ(lures_of({detection("a", {"x.eml"}, 3), other}).size(), 2u);
}

TEST(Lures, AMessageThatDoesNotConvictIsNone) {
  EXPECT_THAT(lures_of({detection("a", {"x.eml"}, 9, false)}), IsEmpty());
}

TEST(Lures, WhatConvictsOutweighsAnyNumberOfMarksThatDoNot) {
  const auto found =
      lures_of({detection("a", {"x.eml"}, 9, false), detection("b", {"x.eml"}, 2, true)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].verdict, Verdict::lure);
  EXPECT_THAT(found[0].variants, ElementsAre("b"));
}

TEST(Lures, AConclusiveMarkIsCertainAndALooseFileIsATrace) {
  auto file = detection("a", {"worm.bin"}, 1);
  file.kind = "file";
  file.grade = entries::Grade::conclusive;
  const auto found = lures_of({file});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].verdict, Verdict::traces);
  EXPECT_EQ(found[0].certainty, Certainty::certain);
}

}  // namespace
}  // namespace antidotary::diagnosis
