// Method: the encyclopedia of this very tree meets the EICAR test file, the lure of its best known
// worm (harmless bytes, the marks of Mimail.A's entry) and an innocent mail of the same subject.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

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

const entries::Encyclopedia& encyclopedia() {
  static const entries::Encyclopedia all = [] {
    const std::filesystem::path root = std::string(ANTIDOTARY_SOURCE_DIR) + "/encyclopedia";
    std::vector<entries::SourceFile> files;
    for (const auto& item : std::filesystem::recursive_directory_iterator(root)) {
      if (!item.is_regular_file()) continue;
      std::ifstream in(item.path(), std::ios::binary);
      files.push_back({std::filesystem::relative(item.path(), root).generic_string(),
                       std::string(std::istreambuf_iterator<char>(in), {})});
    }
    std::vector<entries::Problem> problems;
    return entries::Encyclopedia::read(files, problems);
  }();
  return all;
}

Report scan(const std::string& object, const std::string& name) {
  Budget budget;
  return Scanner(encyclopedia()).scan(as_bytes(object), name, budget);
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
