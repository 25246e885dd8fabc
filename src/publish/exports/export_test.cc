// Method: the pieces that every export is made of, against values that were worked out by hand or
// are printed in the specifications; whole exports are held against schemas in tests/exports.
#include "publish/exports/export.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "entries/kinds/registry.h"
#include "entries/this_tree.h"
#include "publish/exports/stix_pattern.h"
#include "publish/exports/terms.h"
#include "publish/kinds.h"
#include "publish/removal.h"

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
  EXPECT_EQ(entries::full_key("HKCU\\Software"), "HKEY_CURRENT_USER\\Software");
  EXPECT_EQ(regex_of("a*.(x)?"), "a.*\\.\\(x\\).");
}

TEST(Revisions, SayWhenAnEntryBegan) {
  const std::string own = "2026-11-30 a: new words\n2026-11-20 all: a rule\n2026-11-10 a: new\n";
  const auto span = [](const std::string& text, std::string_view id) {
    return span_of(read_revisions(text).value(), id);
  };
  using Span = std::pair<std::string, std::string>;
  EXPECT_EQ(span(own, "a"), Span("2026-11-10", "2026-11-30"));
  // What speaks of all later does not move an entry's beginning, nor does what spoke of all before.
  EXPECT_EQ(span("2026-12-05 all: x\n" + own + "2026-01-01 all: x\n", "a"),
            Span("2026-11-10", "2026-12-05"));
  EXPECT_EQ(span("2026-12-05 all: x\n2026-11-20 all: y\n", "b"), Span("2026-11-20", "2026-12-05"));
  EXPECT_EQ(span("2026-12-06 all: z\n2026-12-05 all: x\n2026-11-20 all: y\n", "b").first,
            "2026-11-20");
  EXPECT_EQ(span("", "a"), Span("", ""));
  EXPECT_FALSE(read_revisions("2026-99-99 a: no day").has_value());
}

TEST(StixPattern, QuotesAndJoins) {
  EXPECT_EQ(stix_pattern({{Property::registry_value, {"Melissa?"}, true}}),
            "[windows-registry-key:values[*].name = 'Melissa?']");
  EXPECT_EQ(stix_pattern({{Property::file_name, {"it's.exe"}}, {Property::file_size, {"1", "2"}}}),
            "[file:name = 'it\\'s.exe' AND (file:size = 1 OR file:size = 2)]");
  EXPECT_EQ(stix_pattern({{Property::mail_subject, {"your account *"}}}),
            "[email-message:subject MATCHES '(?i)^your account .*$']");
  EXPECT_EQ(stix_pattern({{Property::file_md5, {"aa"}}, {Property::file_sha256, {"bb"}}}),
            "[(file:hashes.MD5 = 'aa' OR file:hashes.'SHA-256' = 'bb')]");
  EXPECT_EQ(stix_pattern({{Property::host_name, {"a.example"}}, {Property::port, {"1-9/tcp"}}}),
            "[domain-name:value = 'a.example'] AND [(network-traffic:dst_port >= 1 AND "
            "network-traffic:dst_port <= 9)]");
  EXPECT_EQ(stix_pattern({}), "");
}

TEST(ExportTerms, PutFoldersForVariablesAnywhereAndKeepTheRest) {
  EXPECT_THAT(with_places("explorer.exe %System%\\A.exe /B\\"),
              ElementsAre("explorer.exe ?:\\windows\\system32\\A.exe /B\\",
                          "explorer.exe ?:\\winnt\\system32\\A.exe /B\\",
                          "explorer.exe ?:\\windows\\system\\A.exe /B\\"));
  EXPECT_THAT(with_places("%windir%\\a %WinDir%\\b", "C:"),
              ElementsAre("C:\\windows\\a C:\\windows\\b", "C:\\winnt\\a C:\\winnt\\b"));
  EXPECT_THAT(with_places("\"%1\" %*"), ElementsAre("\"%1\" %*"));
  EXPECT_THAT(values_on_disk({Property::registry_data, {"C:\\Temp\\"}}), ElementsAre("C:\\Temp\\"));
}

TEST(ExportTerms, LetAHandlersProgramHaveAnyArguments) {
  const auto data_of = [](const std::string& key, const std::string& data) {
    entries::RegistryChange change;
    change.key = key;
    change.data = data;
    return find_term(terms_of(change), Property::registry_data)->any_of;
  };
  const std::string handler = "HKCR\\txtfile\\Shell\\Open\\command";
  for (const std::string data : {"C:\\a.exe", "C:\\a.exe %1", "\"C:\\a.exe\" \"%1\" %*"}) {
    EXPECT_THAT(data_of(handler, data), ElementsAre("C:\\a.exe", "C:\\a.exe *", "\"C:\\a.exe\"*"));
  }
  EXPECT_THAT(data_of("HKCU\\Run", "C:\\a.exe %1"), ElementsAre("C:\\a.exe %1"));
}

TEST(StixPattern, HasNoVariableOfOurs) {
  EXPECT_EQ(stix_pattern({{Property::registry_value, {"Run"}},
                          {Property::registry_data, {"%windir%\\a.exe"}}}),
            "[windows-registry-key:values[*].name = 'Run' AND "
            "(windows-registry-key:values[*].data MATCHES "
            "'(?i)^.:\\\\\\\\windows\\\\\\\\a\\\\.exe$' OR "
            "windows-registry-key:values[*].data MATCHES "
            "'(?i)^.:\\\\\\\\winnt\\\\\\\\a\\\\.exe$')]");
}

TEST(Exports, TakeEachThingOnceHoweverOftenItIsNamed) {
  const entries::Entry& mimail = *entries::encyclopedia_of_this_tree().find("win32/mimail");
  const entries::Variant* a = &mimail.variants[0];
  const entries::Variant* b = &mimail.variants[1];
  std::vector<Chosen> chosen;
  choose(chosen, mimail, b);
  choose(chosen, mimail, a);
  choose(chosen, mimail, b);
  ASSERT_EQ(chosen.size(), 1u);
  EXPECT_THAT(chosen[0].variants(), ElementsAre(a, b));
  EXPECT_EQ(chosen[0].title(), a->title + ", " + b->title);
  EXPECT_EQ(chosen[0].id(), "win32/mimail." + a->id + "+" + b->id);
  choose(chosen, mimail, nullptr);
  choose(chosen, mimail, a);
  ASSERT_EQ(chosen.size(), 1u);
  EXPECT_EQ(chosen[0].variants().size(), mimail.variants.size());
  EXPECT_EQ(chosen[0].id(), "win32/mimail");
}

TEST(RemovalOrder, KeepsEveryBeforeOfThisTree) {
  std::size_t kept = 0;
  for (const auto& entry : entries::encyclopedia_of_this_tree().entries()) {
    for (const entries::Variant& variant : entry.variants) {
      std::vector<std::string> order;
      for (const entries::Change* change : removal_order(variant)) order.push_back(change->id);
      const auto place = [&](const std::string& id) {
        return std::find(order.begin(), order.end(), id);
      };
      for (const auto& change : variant.changes) {
        for (const std::string& later : change->before) {
          if (place(change->id) == order.end() || place(later) == order.end()) continue;
          EXPECT_LT(place(change->id), place(later)) << variant.title << " " << change->id;
          ++kept;
        }
      }
    }
  }
  EXPECT_GT(kept, 10u);
}

TEST(Exports, SayEveryEntryOfThisTreeInEveryFormatOrWhyNot) {
  const auto& all = entries::encyclopedia_of_this_tree();
  for (const ExportFormat& format : export_formats()) {
    for (const auto& entry : all.entries()) {
      const auto files = format.make({all, {{&entry}}, 0});
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
