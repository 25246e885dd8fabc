#include "serve/metrics.h"

#include <gmock/gmock.h>

#include <set>

namespace antidotary::serve {
namespace {

using testing::HasSubstr;

TEST(Metrics, CountsEachAnswerInEveryBucketThatHoldsIt) {
  Latency latency;
  for (const std::uint64_t ms : {1u, 7u, 300'000u}) latency.add(ms);
  const std::string lines = latency.lines("x");
  EXPECT_THAT(lines, HasSubstr("x_bucket{le=\"0.001\"} 1\n"));
  EXPECT_THAT(lines, HasSubstr("x_bucket{le=\"0.01\"} 2\n"));
  EXPECT_THAT(lines, HasSubstr("x_bucket{le=\"120\"} 2\n"));
  EXPECT_THAT(lines, HasSubstr("x_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(lines, HasSubstr("x_sum 300.008\n"));
}

TEST(Metrics, NamesEachFamilyOnce) {
  Measured measured;
  measured.scans.found = 3;
  measured.knowledge = "pack 0123";
  const std::string text = metrics_text(measured, {});
  EXPECT_THAT(text, HasSubstr("antidotary_scans_total{verdict=\"found\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("antidotary_pack_info{id=\"pack 0123\"} 1\n"));
  std::set<std::string> seen;
  for (std::size_t at = text.find("# TYPE "); at != std::string::npos;
       at = text.find("# TYPE ", at + 1)) {
    const std::string name = text.substr(at + 7, text.find(' ', at + 7) - at - 7);
    EXPECT_TRUE(seen.insert(name).second) << name;
  }
  EXPECT_GT(seen.size(), 10u);
}

}  // namespace
}  // namespace antidotary::serve
