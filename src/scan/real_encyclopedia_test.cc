// Method: the encyclopedia of this very tree meets the EICAR test file, the lure of its best known
// worm (harmless bytes, the marks of Mimail.A's entry) and an innocent mail of the same subject.
#include <gmock/gmock.h>

#include "entries/this_tree.h"
#include "scan/scanner.h"
#include "scan/specimens.h"

namespace antidotary::scan {
namespace {

using specimens::eicar;
using specimens::Mail;
using specimens::zip_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Report scan(const std::string& object, const std::string& name) {
  Budget budget;
  return Scanner(entries::encyclopedia_of_this_tree()).scan(as_bytes(object), name, budget);
}

TEST(RealEncyclopedia, KnowsTheEicarTestFile) {
  for (const std::string& object : {eicar(), zip_of({{"eicar.com", eicar()}}),
                                    Mail{}.text("test").attach("eicar.com", eicar()).finish()}) {
    const Report report = scan(object, "object");
    ASSERT_THAT(report.detections, SizeIs(1));
    EXPECT_EQ(report.detections[0].entry, "test/eicar");
    EXPECT_EQ(report.detections[0].variant, "standard");
    EXPECT_EQ(report.verdict(), Verdict::found);
  }
}

TEST(RealEncyclopedia, KnowsTheLureOfMimail) {
  const Report report = scan(specimens::lure(), "lure.eml");
  std::vector<std::string> variants;
  for (const Detection& detection : report.detections) {
    EXPECT_EQ(detection.entry, "win32/mimail");
    if (detection.convicts) variants.push_back(detection.variant);
  }
  EXPECT_THAT(variants, testing::Contains("a"));
  ASSERT_FALSE(report.detections.empty());
  EXPECT_THAT(report.detections[0].path, ElementsAre("lure.eml", "message.zip", "message.html"));
}

TEST(RealEncyclopedia, LeavesInnocentMailAlone) {
  const std::string holiday = Mail{}
                                  .from("admin@example.org")
                                  .subject("your account at the library")
                                  .text("Please read attachment for details of our holiday.")
                                  .attach("holiday.zip", zip_of({{"holiday.txt", "sun"}}))
                                  .finish();
  EXPECT_THAT(scan(holiday, "holiday.eml").detections, IsEmpty());
  const std::string report =
      Mail{}.subject("hello").text("the test").attach("document.pdf", "%PDF-1.4").finish();
  EXPECT_THAT(scan(report, "report.eml").detections, IsEmpty());
}

}  // namespace
}  // namespace antidotary::scan
