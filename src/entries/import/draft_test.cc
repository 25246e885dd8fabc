// Method: the smallest file of each form, its draft's files read back by the encyclopedia's own
// reader without error, and hostile variations of it, each refused or made harmless.
#include "entries/import/draft.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::string_view stix = R"({"type": "bundle", "id": "bundle--1", "objects": [
  {"type": "malware", "id": "malware--1", "name": "Win32/Example", "is_family": true,
   "description": "A worm.", "malware_types": ["worm"], "aliases": ["W32.Example", "Sample"],
   "first_seen": "2003-08-01T00:00:00.000Z",
   "external_references": [{"source_name": "Vendor", "url": "https://example.org/a"}]},
  {"type": "malware", "id": "malware--2", "name": "Win32/Example.B", "is_family": false,
   "aliases": ["W32.Example.B@mm"]},
  {"type": "indicator", "id": "indicator--1", "name": "body", "pattern": "[file:name = 'x.exe']"},
  {"type": "relationship", "id": "relationship--1", "relationship_type": "variant-of",
   "source_ref": "malware--2", "target_ref": "malware--1"},
  {"type": "relationship", "id": "relationship--2", "relationship_type": "indicates",
   "source_ref": "indicator--1", "target_ref": "malware--2"}]})";

constexpr std::string_view misp = R"({"type": "x", "values": [
  {"value": "Example", "uuid": "1", "description": "A worm.",
   "meta": {"refs": ["https://example.org/a"], "synonyms": ["W32.Example", "Sample"]}},
  {"value": "Example.B", "uuid": "2", "related": [{"type": "variant-of", "dest-uuid": "1"}]},
  {"value": "Other", "uuid": "3"}]})";

constexpr std::string_view page = R"(# Win32/Example
Source: https://example.org/a (Vendor)
Type: worm/mass-mailer
Discovered: 2003-08-01
Summary: A worm.

## Aliases
- Symantec: W32.Example

## Files
- %windir%\example.exe (19824 bytes)

## Registry
- HKLM\Software\Microsoft\Windows\CurrentVersion\Run, Example = %windir%\example.exe

## Technical analysis
It writes a file.

## Prevention
Open nothing.
)";

Encyclopedia read_back(const Draft& draft) {
  std::vector<Problem> problems;
  Encyclopedia all = Encyclopedia::read(files_of(draft), problems);
  for (const Problem& problem : problems) ADD_FAILURE() << problem.sentence();
  for (const Problem& problem : lint(all)) {
    EXPECT_EQ(problem.severity, Severity::warning) << problem.sentence();
    EXPECT_EQ(problem.rule, "draft-is-filled-in");
  }
  return all;
}

TEST(Import, TakesAFamilyAndItsVariantsFromStix) {
  const auto draft = import_draft({stix, "", ""});
  ASSERT_TRUE(draft.has_value()) << draft.error().what;
  const Encyclopedia all = read_back(*draft);
  const Entry* entry = all.find("win32/example");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->status, Status::draft);
  EXPECT_EQ(entry->summary, "A worm.");
  EXPECT_EQ(entry->discovered.date, "2003-08-01");
  ASSERT_THAT(entry->names, SizeIs(1));
  EXPECT_EQ(entry->names[0].label, "W32.Example");
  EXPECT_THAT(entry->also_called, Contains("Sample"));
  EXPECT_EQ(entry->sources.at("S1").url, "https://example.org/a");
  const Variant* b = entry->find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->names[0].label, "W32.Example.B@mm");
  EXPECT_EQ(b->facts[0].text, "body: [file:name = 'x.exe']");
}

TEST(Import, TakesTheNamedValueOfAMispCluster) {
  const auto many = import_draft({misp, "", ""});
  ASSERT_FALSE(many.has_value());
  EXPECT_THAT(many.error().what, HasSubstr("--name: Example, Other"));
  const auto unclear = import_draft({misp, "", "Example"});
  ASSERT_FALSE(unclear.has_value());
  EXPECT_THAT(unclear.error().what, HasSubstr("--id"));
  const auto draft = import_draft({misp, "win32/example", "Example"});
  ASSERT_TRUE(draft.has_value()) << draft.error().what;
  const Encyclopedia all = read_back(*draft);
  EXPECT_NE(all.find("win32/example")->find("b"), nullptr);
}

TEST(Import, TakesNamesAndChangesFromAPage) {
  const auto draft = import_draft({page, "", ""});
  ASSERT_TRUE(draft.has_value()) << draft.error().what;
  EXPECT_THAT(draft->left_out, IsEmpty());
  const Encyclopedia all = read_back(*draft);
  const Entry* entry = all.find("win32/example");
  EXPECT_EQ(entry->sources.at("S1").publisher, "Vendor");
  EXPECT_THAT(entry->names, SizeIs(1));
  EXPECT_THAT(entry->sections, Contains(Pair("Technical analysis", "It writes a file.")));
  const Variant& a = entry->variants.at(0);
  ASSERT_THAT(a.changes, SizeIs(2));
  // Grading is the author's: nothing that was imported convicts or deletes.
  for (const auto& change : a.changes) EXPECT_EQ(change->evidence, Grade::weak);
}

TEST(Import, LetsNoTextBecomeMoreThanText) {
  std::string hostile(stix);
  hostile.replace(hostile.find("A worm."), 7,
                  "+++\\n\\\"]\\n[rating]\\n\\u202ex\\u0007 \\u2014 ## Overview");
  const auto draft = import_draft({hostile, "", ""});
  ASSERT_TRUE(draft.has_value()) << draft.error().what;
  const Encyclopedia all = read_back(*draft);
  EXPECT_EQ(all.find("win32/example")->summary, "+++ \"] [rating] x , ## Overview");
  const std::string prose = std::string(page) + "+++\n## Files\n- a\n# Second\n### x\n";
  const auto second = import_draft({prose, "", ""});
  ASSERT_TRUE(second.has_value());
  read_back(*second);
}

TEST(Import, RefusesWhatItCannotRead) {
  const auto refused = [](std::string_view text, std::string_view words) {
    const auto draft = import_draft({text, "", ""});
    ASSERT_FALSE(draft.has_value()) << text;
    EXPECT_THAT(draft.error().what, HasSubstr(std::string(words)));
  };
  refused("", "no title");
  refused("plain words", "no title");
  refused("{", "no whole JSON");
  refused("{}", "neither a STIX bundle");
  refused("[1, 2]", "neither a STIX bundle");
  refused("{\"type\": \"bundle\", \"objects\": 3}", "names no threat");
  refused("{\"type\": \"bundle\", \"objects\": [1, null, [], {\"type\": 4}]}", "names no threat");
  refused("{\"values\": {}}", "no list");
  refused("{\"values\": [{\"value\": 7}]}", "--id");
  refused("# ../../etc\n", "--id");
  refused(std::string(200, '[') + std::string(200, ']'), "no whole JSON");
  const auto climbing = import_draft({page, "../../x", ""});
  EXPECT_FALSE(climbing.has_value());
}

std::string bundle_of_variants(std::size_t count, std::string_view name) {
  std::string out =
      R"({"type": "bundle", "objects": [{"type": "malware", "id": "m", "name": "Win32/Example",
          "is_family": true})";
  for (std::size_t i = 0; i < count; ++i) {
    out += fmt::format(R"(,{{"type": "malware", "id": "v{0}", "name": "{1}"}},
        {{"type": "relationship", "relationship_type": "variant-of", "source_ref": "v{0}",
         "target_ref": "m"}},
        {{"type": "indicator", "id": "i{0}", "pattern": "x"}},
        {{"type": "relationship", "relationship_type": "indicates", "source_ref": "i{0}",
         "target_ref": "v0"}})",
                       i, name);
  }
  return out + "]}";
}

TEST(Import, CostsNoMoreThanTheBundleIsLong) {
  constexpr std::size_t count = 4000;
  const auto draft = import_draft({bundle_of_variants(count, "Win32/Example"), "", ""});
  ASSERT_TRUE(draft.has_value()) << draft.error().what;
  EXPECT_LE(draft->steps, 2 * count);
  EXPECT_GE(draft->steps, count);
  ASSERT_THAT(draft->variants, SizeIs(import_items_max));
  EXPECT_EQ(draft->variants[0].id, "a");
  EXPECT_EQ(draft->variants[1].id, "v1");
  EXPECT_EQ(draft->variants.back().id, "v199");
  EXPECT_THAT(draft->variants[0].facts, SizeIs(import_items_max));
  EXPECT_THAT(draft->left_out, Contains("3800 of 4000 variants"));
  EXPECT_THAT(draft->left_out, Contains("3800 of 4000 facts of variant a"));
  read_back(*draft);
}

TEST(Import, TakesAVariantOnceWhereTwoRelationsNameIt) {
  std::string twice(stix);
  const std::size_t at = twice.rfind("{\"type\": \"relationship\"");
  twice.insert(at, R"({"type": "relationship", "relationship_type": "variant-of",
                      "source_ref": "malware--2", "target_ref": "malware--1"}, )");
  const auto draft = import_draft({twice, "", ""});
  ASSERT_TRUE(draft.has_value()) << draft.error().what;
  EXPECT_THAT(draft->variants, SizeIs(1));
}

TEST(Import, BoundsEveryList) {
  std::string long_page = "# Win32/Example\n## Files\n";
  for (int i = 0; i < 1000; ++i) long_page += "- c:\\f" + std::to_string(i) + ".exe\n";
  const auto draft = import_draft({long_page, "", ""});
  ASSERT_TRUE(draft.has_value());
  EXPECT_THAT(draft->variants[0].changes, SizeIs(import_items_max));
  EXPECT_THAT(draft->left_out, Contains("800 of 1000 changes of variant a"));
}

}  // namespace
}  // namespace antidotary::entries
