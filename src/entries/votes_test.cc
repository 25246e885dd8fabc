// Method: small reports in each form that is read, over an encyclopedia of two families.
#include "entries/votes.h"

#include <gmock/gmock.h>

#include "entries/dialects.h"
#include "entries/sample.h"

namespace antidotary::entries {
namespace {

using ::testing::SizeIs;

const Encyclopedia& two_families() {
  static const Encyclopedia all = [] {
    std::vector<SourceFile> files = sample_files();
    std::string other = with(sample_entry, "win32/example", "win32/second");
    other = with(other, "Win32/Example", "Win32/Second");
    files.push_back({"win32/second/entry.md", with(other, "W32.Example", "W32.Second")});
    std::vector<Problem> problems;
    Encyclopedia read = Encyclopedia::read(files, problems);
    for (const Problem& problem : problems) ADD_FAILURE() << problem.sentence();
    return read;
  }();
  return all;
}

Report report_of(std::string_view text) {
  const auto json = Json::parse(text);
  EXPECT_TRUE(json.has_value());
  const auto report = read_report(*json);
  EXPECT_TRUE(report.has_value()) << text;
  return report.value_or(Report{});
}

Verdict verdict_of(std::string_view text) {
  static const Names names(two_families());
  return vote(names, report_of(text));
}

TEST(Reports, AreReadInEachForm) {
  for (const std::string_view text : {
           R"({"sha256":"ab","scans":{"McAfee":{"detected":true,"result":"W32/Example.a@MM"},
               "Avast":{"detected":false,"result":null}}})",
           R"({"data":{"id":"x","attributes":{"sha256":"ab","last_analysis_results":{
               "McAfee":{"category":"malicious","result":"W32/Example.a@MM"},
               "Avast":{"category":"undetected","result":null}}}}})",
           R"({"sha256":"ab","av_labels":[["McAfee","W32/Example.a@MM"],["x"],7]})"}) {
    const Report report = report_of(text);
    EXPECT_EQ(report.sample, "ab") << text;
    ASSERT_THAT(report.labels, SizeIs(1)) << text;
    EXPECT_EQ(report.labels[0].engine, "McAfee");
    EXPECT_EQ(report.labels[0].label, "W32/Example.a@MM");
  }
  EXPECT_FALSE(read_report(Json(Json::Object{})).has_value());
}

TEST(Votes, GoToTheFamilyThatMostName) {
  const Verdict verdict = verdict_of(
      R"({"av_labels":[["McAfee","W32/Example.a@MM"],["Symantec","W32.Example.A@mm"],
          ["ESET","Win32/Second.B"],["Panda","Trj/Agent.X"]]})");
  ASSERT_NE(verdict.family, nullptr);
  EXPECT_EQ(verdict.family->id, "win32/example");
  EXPECT_EQ(verdict.counted, 3u);
  EXPECT_EQ(verdict.candidates[0].votes, 2u);
  ASSERT_NE(verdict.candidates[0].variant, nullptr);
  EXPECT_EQ(verdict.candidates[0].variant->id, "a");
}

TEST(Votes, OfEnginesThatShareAnEngineCountOnce) {
  const Verdict verdict = verdict_of(
      R"({"av_labels":[["BitDefender","Win32.Second.B@mm"],["GData","Win32.Second.B@mm"],
          ["VIPRE","Win32.Second.C"],["Symantec","W32.Example"],["McAfee","W32/Example.a@MM"]]})");
  ASSERT_NE(verdict.family, nullptr);
  EXPECT_EQ(verdict.family->id, "win32/example");
  EXPECT_EQ(verdict.counted, 3u);
  EXPECT_EQ(verdict.votes[1].counted_with, "BitDefender");
  EXPECT_EQ(verdict.votes[2].counted_with, "BitDefender");
}

TEST(Votes, OfEnginesThatSayTheSameCountOnce) {
  const Verdict verdict = verdict_of(
      R"({"av_labels":[["A","Win32:Second-B"],["B","win32:second-b"],["C","W32/Example"]]})");
  EXPECT_EQ(verdict.counted, 2u);
  EXPECT_EQ(verdict.family, nullptr);
}

TEST(Votes, OfEnginesThatAddTheirEnginesMarkCountOnce) {
  for (const std::string other : {"Emsisoft", "Unheard-of"}) {
    const Verdict verdict =
        verdict_of(R"j({"av_labels":[["BitDefender","Win32.Second.B@mm"],[")j" + other +
                   R"j(","Win32.Second.B@mm (B)"],["Kaspersky","Email-Worm.Win32.Example.a"]]
  })j");
    EXPECT_EQ(verdict.counted, 2u) << other;
    EXPECT_EQ(verdict.family, nullptr) << other;
    EXPECT_EQ(verdict.votes[1].counted_with, "BitDefender") << other;
  }
}

TEST(Votes, OfALicenseeCountOnceWhateverItCallsIt) {
  const Verdict verdict = verdict_of(
      R"j({"av_labels":[["BitDefender","Win32.Second.B@mm"],["Emsisoft","Win32.Second.C@mm (B)"],
          ["Kaspersky","Email-Worm.Win32.Example.a"]]})j");
  EXPECT_EQ(verdict.counted, 2u);
  EXPECT_EQ(verdict.family, nullptr);
}

TEST(Votes, OfOneEngineAreEnoughWhereNobodyElseNamesAFamily) {
  const Verdict verdict =
      verdict_of(R"({"av_labels":[["McAfee","W32/Example.a@MM"],["Panda","Trj/Agent.X"]]})");
  ASSERT_NE(verdict.family, nullptr);
  EXPECT_EQ(verdict_of(R"({"scans":{}})").family, nullptr);
}

TEST(SharedEngines, AreVendorsOfTheTableAndSayWhoSaysSo) {
  for (const SharedEngine& shared : shared_engines()) {
    EXPECT_NE(find_dialect(shared.engine), nullptr) << shared.engine;
    EXPECT_FALSE(shared.source.empty());
  }
}

}  // namespace
}  // namespace antidotary::entries
