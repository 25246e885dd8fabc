// Method: the pieces that every export is made of, against values that were worked out by hand or
// are printed in the specifications; whole exports are held against schemas in tests/exports.
#include "publish/exports/export.h"

#include <gmock/gmock.h>

#include "entries/this_tree.h"
#include "publish/exports/stix_pattern.h"
#include "publish/exports/terms.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ExportIds, AreOfVersionFiveAndOfTheirNameAlone) {
  const std::string id = uuid_of("stix/malware/win32/mimail");
  EXPECT_EQ(id, uuid_of("stix/malware/win32/mimail"));
  EXPECT_NE(id, uuid_of("stix/malware/win32/mimail.a"));
  ASSERT_EQ(id.size(), 36u);
  EXPECT_EQ(id[14], '5');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
}

TEST(ExportTimes, AreWrittenAsTheStandardWantsThem) {
  EXPECT_EQ(timestamp_of(std::uint64_t{0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(timestamp_of(std::uint64_t{951782399}), "2000-02-28T23:59:59.000Z");
  EXPECT_EQ(timestamp_of(std::uint64_t{951782400}), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(timestamp_of("2003"), "2003-01-01T00:00:00.000Z");
  EXPECT_EQ(timestamp_of("2003-08"), "2003-08-01T00:00:00.000Z");
  EXPECT_EQ(timestamp_of("2003-02-29"), "");
}

TEST(ExportXml, LetsNoTextBecomeMarkup) {
  EXPECT_EQ(xml_escaped("<a b=\"1\">&\x01"), "&lt;a b=&quot;1&quot;&gt;&amp;\xef\xbf\xbd");
}

TEST(ExportTerms, KnowWhereWindowsHasItsFolders) {
  EXPECT_THAT(places_of("%System%\\wins"),
              ElementsAre("?:\\windows\\system32\\wins", "?:\\winnt\\system32\\wins",
                          "?:\\windows\\system\\wins"));
  EXPECT_THAT(places_of("C:\\Recycled\\"), ElementsAre("c:\\recycled"));
  EXPECT_EQ(full_key("HKCU\\Software"), "HKEY_CURRENT_USER\\Software");
  EXPECT_EQ(regex_of("a*.(x)?"), "a.*\\.\\(x\\).");
}

TEST(StixPattern, QuotesAndJoins) {
  EXPECT_EQ(stix_pattern({{Property::file_name, {"it's.exe"}}, {Property::file_size, {"1", "2"}}}),
            "[file:name = 'it\\'s.exe' AND (file:size = 1 OR file:size = 2)]");
  EXPECT_EQ(stix_pattern({{Property::mail_subject, {"your account *"}}}),
            "[email-message:subject LIKE 'your account %']");
  EXPECT_EQ(stix_pattern({{Property::file_md5, {"aa"}}, {Property::file_sha256, {"bb"}}}),
            "[(file:hashes.MD5 = 'aa' OR file:hashes.'SHA-256' = 'bb')]");
  EXPECT_EQ(stix_pattern({{Property::host_name, {"a.example"}}, {Property::port, {"1-9/tcp"}}}),
            "[domain-name:value = 'a.example'] AND [(network-traffic:dst_port >= 1 AND "
            "network-traffic:dst_port <= 9)]");
  EXPECT_EQ(stix_pattern({}), "");
}

TEST(Exports, SayEveryEntryOfThisTreeInEveryFormatOrWhyNot) {
  const auto& all = entries::encyclopedia_of_this_tree();
  for (const ExportFormat& format : export_formats()) {
    for (const auto& entry : all.entries()) {
      const auto files = format.make({all, {{&entry, nullptr}}, 0});
      if (!files) {
        EXPECT_EQ(files.error().kind, ErrorKind::bad_input);
        continue;
      }
      EXPECT_THAT(*files, Not(IsEmpty())) << format.name << " " << entry.id;
      for (const auto& file : *files) EXPECT_THAT(file.text, Not(IsEmpty()));
    }
  }
}

}  // namespace
}  // namespace antidotary::publish
