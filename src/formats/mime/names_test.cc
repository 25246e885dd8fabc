#include "formats/mime/names.h"

#include <gmock/gmock.h>

namespace antidotary::mime {
namespace {

using testing::Contains;
using testing::Not;

TEST(Names, AreAllThatSomeProgramShows) {
  EXPECT_THAT(plausible_names("Content-Type: a/b; name=\"x.txt\"\r\n"
                              "Content-Disposition: attachment; filename=\"y.exe\"\r\n"),
              testing::AllOf(Contains("x.txt"), Contains("y.exe")));
  EXPECT_THAT(plausible_names("Content-Type: a/b; name*1=\".exe\"; name*0=\"y\"\r\n"),
              Contains("y.exe"));
  EXPECT_THAT(plausible_names("Content-Type: a/b; name=y.exe. \r\n"), Contains("y.exe"));
  EXPECT_THAT(plausible_names("Content-Type: a/b; username=\"y.exe\"\r\n"), Not(Contains("y.exe")));
}

}  // namespace
}  // namespace antidotary::mime
