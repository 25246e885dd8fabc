// Method: a whole small entry is read, then changed in one line at a time; each change must give
// one problem with the file's own line and a way to mend it.
#include "entries/encyclopedia.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "entries/kinds.h"
#include "entries/kinds/file.h"
#include "entries/kinds/message.h"
#include "entries/kinds/registry.h"
#include "entries/sample.h"

namespace antidotary::entries {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string sentences(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += problem.sentence() + "\n";
  return out;
}

// The one-based line of `needle` in `text`.
std::uint32_t line_of(std::string_view text, std::string_view needle) {
  const std::string_view before = text.substr(0, text.find(needle));
  return static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1);
}

TEST(EncyclopediaReading, ReadsAWholeEntry) {
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(sample_files(), problems);
  EXPECT_THAT(problems, IsEmpty()) << sentences(problems);
  const Entry* entry = all.find("win32/example");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->status, Status::tested);
  EXPECT_EQ(entry->ratings.prevalence.value, 3u);
  EXPECT_EQ(entry->sources.at("MS").publisher, "Microsoft");
  EXPECT_THAT(entry->sections, SizeIs(5));
  EXPECT_EQ(entry->sections[1].first, "Technical analysis");
  EXPECT_EQ(entry->sections[1].second, "Words.");
  EXPECT_EQ(entry->section_lines[0], line_of(sample_entry, "## Overview"));
  const Variant* variant = entry->find("a");
  ASSERT_NE(variant, nullptr);
  EXPECT_TRUE(variant->checkable());
  ASSERT_THAT(variant->changes, SizeIs(5));
  const auto* file = dynamic_cast<const FileChange*>(variant->find("worm-body"));
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->summary(), "%windir%\\example.exe");
  EXPECT_THAT(file->sizes, ElementsAre(19824u));
  EXPECT_EQ(file->place.line, line_of(sample_variant, "[[file]]"));
  const auto* registry = dynamic_cast<const RegistryChange*>(variant->find("run-value"));
  ASSERT_NE(registry, nullptr);
  EXPECT_EQ(registry->old, RegistryChange::Old::absent);
  EXPECT_EQ(registry->value_type, "REG_SZ");
  EXPECT_THAT(registry->before, ElementsAre("worm-body"));
  ASSERT_NE(all.find_bulletin("ms02-015"), nullptr);
  EXPECT_EQ(all.find("win32/other"), nullptr);
}

TEST(EncyclopediaReading, KeepsChangesInTheOrderOfTheFile) {
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(sample_files(), problems);
  std::vector<std::string_view> order;
  for (const auto& change : all.find("win32/example")->variants[0].changes) {
    order.push_back(change->kind());
  }
  EXPECT_THAT(order, ElementsAre("file", "registry", "message", "mutex", "network"));
}

// Pages are named by ids: one that climbs would lead a page out of its folder.
TEST(EncyclopediaReading, RefusesIdsThatAreNoNames) {
  struct {
    std::string from;
    std::string to;
    std::string file;
  } const slips[] = {
      {"id = \"win32/example\"", "id = \"../escaped\"", "win32/example/entry.md:3:1"},
      {"id = \"win32/example\"", "id = \"/win32/example\"", "win32/example/entry.md:3:1"},
      {"id = \"a\"", "id = \"../../a\"", "win32/example/variants/a.toml:2:1"},
      {"id = \"ms02-015\"\ntitle", "id = \"../ms02-015\"\ntitle", "bulletins/ms02-015.toml:1:1"},
      {"CVE-2002-0077", "CVE-2002-0077/../../x", "bulletins/ms02-015.toml:1:1"},
  };
  for (const auto& slip : slips) {
    std::vector<Problem> problems;
    const Encyclopedia all = Encyclopedia::read(sample_with(slip.from, slip.to), problems);
    ASSERT_THAT(problems, SizeIs(1)) << slip.to << "\n" << sentences(problems);
    EXPECT_THAT(problems[0].sentence(), HasSubstr(slip.file + ": error: "));
    EXPECT_EQ(problems[0].rule, "id-is-a-name");
    EXPECT_EQ(all.entries().size() + all.bulletins().size(), 1u) << slip.to;
  }
}

TEST(EncyclopediaReading, RefusesTermsWhoseIdClimbs) {
  std::vector<SourceFile> files = sample_files();
  files.push_back({"glossary/escaped.toml",
                   "id = \"../../escaped-term\"\ntitle = \"T\"\ndefinition = \"D.\"\n"});
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(files, problems);
  ASSERT_THAT(problems, SizeIs(1)) << sentences(problems);
  EXPECT_THAT(problems[0].sentence(), HasSubstr("glossary/escaped.toml:1:1: error: the id"));
  EXPECT_TRUE(all.terms().empty());
}

struct Slip {
  std::string from;
  std::string to;
  std::string rule;
  std::string what;
  std::string mend;
};

class EachSlip : public ::testing::TestWithParam<Slip> {};

TEST_P(EachSlip, IsNamedWithItsLineAndItsRemedy) {
  const Slip& slip = GetParam();
  const std::vector<SourceFile> files = sample_with(slip.from, slip.to);
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(files, problems);
  ASSERT_THAT(problems, SizeIs(1)) << sentences(problems);
  const Problem& problem = problems[0];
  EXPECT_EQ(problem.rule, slip.rule);
  EXPECT_THAT(problem.what, HasSubstr(slip.what));
  EXPECT_THAT(problem.mend, HasSubstr(slip.mend));
  const auto file = std::find_if(files.begin(), files.end(),
                                 [&](const SourceFile& f) { return f.path == problem.place.file; });
  ASSERT_NE(file, files.end());
  if (!slip.to.empty()) {
    EXPECT_EQ(problem.place.line, line_of(file->text, slip.to));
  }
  EXPECT_EQ(all.entries().size() + all.bulletins().size(), 1u) << "what is wrong is left out";
}

INSTANTIATE_TEST_SUITE_P(
    Reader, EachSlip,
    ::testing::Values(
        Slip{"note = \"used", "noet = \"used", "unknown-key", "noet", "`note`"},
        Slip{"status = \"tested\"", "status = \"proven\"", "bad-value", "proven",
             "\"draft\", \"tested\", \"stable\""},
        Slip{"status = \"tested\"", "status = 3", "wrong-type", "a number", "quotes"},
        Slip{"sizes = [19824]", "sizes = [-1]", "wrong-type", "below zero", "whole number"},
        Slip{"sizes = [19824]", "sizes = [\"x\"]", "wrong-type", "a text", "19824"},
        Slip{"sizes", "size", "unknown-key", "size", "`sizes`"},
        Slip{"evidence = \"strong\"\n", "", "missing-key", "evidence", "Add"},
        Slip{"title = \"Win32/Example.A\"", "title = \"\"", "missing-key", "empty", "Say"},
        Slip{"schema = 1", "schema = 2", "bad-value", "schema 2", "schema = 1"},
        Slip{"summary = \"A worm that tests.\"", "summary = \"A worm", "syntax", "", "TOML"},
        Slip{"old = \"absent\"", "old = \"none\"", "bad-value", "none", "\"unknown\""},
        Slip{"value = \"Example\"\n", "", "bad-value", "which value", "create-key"},
        Slip{"[[file]]", "[[files]]", "unknown-key", "files", "`file`"},
        Slip{"date = \"2002-03-28\"", "date = 2002-03-28", "wrong-type", "a date", "quotes"},
        Slip{"name = \"example.exe\"", "name = 'a\\b.exe'", "bad-value", "path", "directory"}));

TEST(EncyclopediaReading, CollectsEveryProblemOfAFile) {
  std::vector<SourceFile> files = sample_with("circulating", "circulatign");
  files[0].text = with(files[0].text, "value = 3", "value = \"3\"");
  files[1].text = with(files[1].text, "sizes", "size");
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(files, problems);
  EXPECT_GE(problems.size(), 4u) << sentences(problems);
  EXPECT_THAT(all.entries(), IsEmpty());
}

TEST(EncyclopediaReading, NeedsBothLinesOfTheFrontMatter) {
  for (const std::string text : {"", "schema = 1\n", "+++\nschema = 1\n", "\n+++\n+++\n"}) {
    std::vector<Problem> problems;
    Encyclopedia::read({{"win32/x/entry.md", text}}, problems);
    ASSERT_THAT(problems, SizeIs(1)) << text;
    EXPECT_THAT(problems[0].what, HasSubstr("`+++`"));
  }
}

TEST(EncyclopediaReading, TakesLinesThatEndAsInWindows) {
  std::vector<SourceFile> files = sample_files();
  for (SourceFile& file : files) {
    std::string text;
    for (const char c : file.text) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    file.text = text;
  }
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(files, problems);
  EXPECT_THAT(problems, IsEmpty()) << sentences(problems);
  EXPECT_EQ(all.find("win32/example")->sections[0].second, "Words.");
}

TEST(EncyclopediaReading, SaysWhatBelongsNowhere) {
  std::vector<SourceFile> files = sample_files();
  files.push_back({"win32/example/notes.txt", "x"});
  files.push_back({"win32/example/proof/near/WINDOWS/svchost.exe", "x"});
  files.push_back({"win32/lost/variants/a.toml", std::string(sample_variant)});
  files.push_back({"README.md", "x"});
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(files, problems);
  ASSERT_THAT(problems, SizeIs(2)) << sentences(problems);
  EXPECT_EQ(problems[0].severity, Severity::warning);
  EXPECT_THAT(problems[1].what, HasSubstr("no entry.md"));
  EXPECT_THAT(all.entries(), SizeIs(1));
}

TEST(EncyclopediaReading, BoundsWhatItParses) {
  const std::string deep_key = "a" + std::string(500, '.') + "b = 1\n";
  std::string dotted = "a";
  for (int i = 0; i < 5000; ++i) dotted += ".a";
  std::string quoted = "'('";
  for (int i = 0; i < 5000; ++i) quoted += " . '('";
  const std::string nested = "x = " + std::string(5000, '[') + std::string(5000, ']') + "\n";
  const std::string huge((1 << 20) + 1, '#');
  // The deepest tree that toml++ may build: it bounds brackets, we bound dots.
  std::string braces = "x = ";
  for (int i = 0; i < 250; ++i) {
    braces += "{a";
    for (int dot = 0; dot < 32; ++dot) braces += ".a";
    braces += " = ";
  }
  braces += "1" + std::string(250, '}') + "\n";
  for (const std::string& text :
       {deep_key, dotted + " = 1\n", quoted + " = 1\n", nested, huge, braces}) {
    std::vector<Problem> problems;
    Encyclopedia::read({{"bulletins/x.toml", text}}, problems);
    ASSERT_THAT(problems, SizeIs(1));
    EXPECT_EQ(problems[0].rule, "syntax");
  }
}

TEST(EncyclopediaReading, OrdersVariantsAsLettersCount) {
  std::vector<SourceFile> files = sample_files();
  for (const std::string id : {"aa", "c"}) {
    files.push_back({"win32/example/variants/" + id + ".toml",
                     with(sample_variant, "id = \"a\"", "id = \"" + id + "\"")});
  }
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(files, problems);
  std::vector<std::string> ids;
  for (const Variant& variant : all.entries().at(0).variants) ids.push_back(variant.id);
  EXPECT_THAT(ids, ElementsAre("a", "c", "aa"));
}

TEST(Problems, AreOneSafeSentence) {
  const Problem problem{{"a.toml", 12, 3}, Severity::error, "syntax", "bad \x1b[2J", "Mend it."};
  EXPECT_EQ(problem.sentence(), "a.toml:12:3: error: bad \\x1b[2J. Mend: Mend it. [syntax]");
}

TEST(Kinds, AreFoundByName) {
  for (const std::string_view name : {"file", "message", "mutex", "network", "registry"}) {
    ASSERT_NE(find_kind(name), nullptr) << name;
    EXPECT_EQ(find_kind(name)->name, name);
  }
  EXPECT_EQ(find_kind("service"), nullptr);
}

TEST(Lure, IsCheckableOnlyWithAttachmentAndWords) {
  MessageChange lure;
  lure.subject = {"hello"};
  EXPECT_FALSE(lure.checkable());
  lure.structure = {"importance-high"};
  EXPECT_FALSE(lure.checkable());
  lure.structure = {"executable"};
  EXPECT_TRUE(lure.checkable());
  lure.subject.clear();
  EXPECT_FALSE(lure.checkable());
  lure.body = {"see the attachment"};
  EXPECT_TRUE(lure.checkable());
}

// A draft from the template has no error; its warnings are the places to be filled in.
void expect_only_open_places(const Encyclopedia& all) {
  const std::vector<Problem> found = lint(all);
  EXPECT_FALSE(found.empty());
  for (const Problem& problem : found) {
    EXPECT_EQ(problem.rule, "draft-is-filled-in") << problem.sentence();
  }
}

TEST(NewEntry, ReadsAsADraftWithoutErrorAndTellsWhatIsOpen) {
  const auto files = new_entry("win32/new-thing");
  ASSERT_TRUE(files.has_value());
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(*files, problems);
  EXPECT_THAT(problems, IsEmpty()) << sentences(problems);
  ASSERT_NE(all.find("win32/new-thing"), nullptr);
  EXPECT_EQ(all.find("win32/new-thing")->title, "Win32/New-thing");
  expect_only_open_places(all);
}

TEST(NewEntry, ShowsChangesThatReadOnceTheirMarksAreTaken) {
  auto files = new_entry("win32/thing");
  ASSERT_TRUE(files.has_value());
  std::string& text = (*files)[1].text;
  text = with(text, "named_only", "# named_only");
  for (std::size_t at = text.find("\n# [["); at != std::string::npos;) {
    const std::size_t end = std::min(text.find("\n\n", at), text.size());
    for (std::size_t i = at; i < end && i < text.size();) {
      text.erase(i + 1, 2);
      i = text.find('\n', i + 1);
      if (i == std::string::npos || text.compare(i + 1, 1, "#") != 0) break;
    }
    at = text.find("\n# [[", at + 1);
  }
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(*files, problems);
  ASSERT_THAT(problems, IsEmpty()) << sentences(problems) << text;
  EXPECT_THAT(all.entries()[0].variants[0].changes, SizeIs(4));
  expect_only_open_places(all);
}

TEST(NewEntry, RefusesWhatIsNoId) {
  for (const std::string_view id : {"", "mimail", "win32/", "/x", "Win32/Mimail", "a/b/c", "../x",
                                    "win32/a b", "bulletins/x"}) {
    const auto files = new_entry(id);
    ASSERT_FALSE(files.has_value()) << id;
    EXPECT_EQ(files.error().kind, ErrorKind::bad_input);
  }
}

}  // namespace
}  // namespace antidotary::entries
