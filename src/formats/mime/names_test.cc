#include "formats/mime/names.h"

#include <gmock/gmock.h>

namespace antidotary::mime {
namespace {

using testing::Contains;
using testing::Not;

std::vector<std::string> names_of(std::string_view header) {
  Budget budget;
  return *plausible_names(header, budget);
}

TEST(Names, AreAllThatSomeProgramShows) {
  EXPECT_THAT(names_of("Content-Type: a/b; name=\"x.txt\"\r\n"
                       "Content-Disposition: attachment; filename=\"y.exe\"\r\n"),
              testing::AllOf(Contains("x.txt"), Contains("y.exe")));
  EXPECT_THAT(names_of("Content-Type: a/b; name*1=\".exe\"; name*0=\"y\"\r\n"), Contains("y.exe"));
  EXPECT_THAT(names_of("Content-Type: a/b; name=y.exe. \r\n"), Contains("y.exe"));
  EXPECT_THAT(names_of("Content-Type: a/b; username=\"y.exe\"\r\n"), Not(Contains("y.exe")));
}

TEST(Names, ArePaidByWhatTheyTakeToRead) {
  std::string pieces = "Content-Type: a/b; ", fields = pieces;
  for (int i = 0; i < 50'000; ++i) pieces += "name=";
  for (int i = 0; i < 15'000; ++i) fields += "content-base:";
  for (const std::string& header : {pieces, fields}) {
    Limits limits;
    limits.steps_max = 50'000'000;
    Budget budget(limits);
    const auto names = plausible_names(header, budget);
    ASSERT_FALSE(names.has_value());
    EXPECT_EQ(names.error().kind, ErrorKind::budget_spent);
  }
}

}  // namespace
}  // namespace antidotary::mime
