// Method: the sample entry lints clean; each slip in one line of it must be found by exactly the
// lint that is meant, and every lint must have a slip here.
#include "entries/lints/lint.h"

#include <gmock/gmock.h>

#include <set>

#include "entries/genuine_files.h"
#include "entries/sample.h"

namespace antidotary::entries {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string sentences(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += problem.sentence() + "\n";
  return out;
}

std::vector<Problem> lint_of(const std::vector<SourceFile>& files) {
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(files, problems);
  EXPECT_THAT(problems, IsEmpty()) << sentences(problems);
  return lint(all);
}

TEST(Lints, FindNothingInTheSample) {
  const std::vector<Problem> problems = lint_of(sample_files());
  EXPECT_THAT(problems, IsEmpty()) << sentences(problems);
}

struct LintSlip {
  std::string rule;
  std::string from;
  std::string to;
};

std::vector<LintSlip> slips_of_entries() {
  return {
      {"path-is-id", "id = \"a\"\ntitle = \"Win32/Example.A\"",
       "id = \"b\"\ntitle = \"Win32/Example.B\""},
      {"title-fits-id", "title = \"Win32/Example.A\"", "title = \"Win32/Example.B\""},
      {"fact-has-source", "text = \"It reads files.\"\nsource = [\"MS\"]",
       "text = \"It reads files.\""},
      {"fact-has-source", "why = \"slow\", source = [\"MS\"]", "why = \"slow\", source = []"},
      {"fact-has-source", "label = \"W32.Example\"\nsource = [\"MS\"]", "label = \"W32.Example\""},
      {"source-resolves", "text = \"It reads files.\"\nsource = [\"MS\"]",
       "text = \"It reads files.\"\nsource = [\"MC\"]"},
      {"source-is-used", "[sources.MS]",
       "[sources.OLD]\nurl = \"https://a.example\"\npublisher = \"A\"\nkind = \"b\"\n[sources.MS]"},
      {"source-has-address", "https://example.org/ms\"", "example.org/ms\""},
      {"mistaken-name-says-why", "label = \"W32.Example\"",
       "label = \"W32.Example\"\nrelation = \"mistaken\""},
      {"label-has-one-place", "vendor = \"McAfee\"\nlabel = \"W32/Example.a@MM\"",
       "vendor = \"symantec\"\nlabel = \"w32.example\""},
      {"label-has-one-place", "[[name]]\nvendor = \"Symantec\"",
       "[[name]]\nvendor = \"Symantec\"\nlabel = \"W32.Example\"\nsource = [\"MS\"]\n"
       "[[name]]\nvendor = \"Symantec\""},
      {"date-is-iso", "date = \"2003-08-01\"", "date = \"2003-02-29\""},
      {"date-is-iso", "date = \"2003-08\"", "date = \"2003-13\""},
      {"date-is-iso", "date = \"2003-08\"", "date = \"August 2003\""},
      {"date-is-iso", "date = \"2002-03-28\"", "date = \"2002-13\""},
      {"rating-is-in-range", "value = 3", "value = 4"},
      {"prose-is-complete", "## Symptoms", "### Symptoms"},
      {"prose-is-complete", "## Symptoms\nWords.", "## Symptoms\n"},
      {"prose-is-complete", "## Recovery\nWords.", "## Recovery\nWords.\n## More\nWords."},
      {"prose-is-complete", "## Prevention\nWords.\n\n## Symptoms",
       "## Symptoms\nWords.\n\n## Prevention"},
      {"confusable-exists", "[[file]]",
       "[[confusable]]\nvariant = \"z\"\nwhy = \"same\"\n[[file]]"},
      {"confusable-exists", "[[file]]",
       "[[confusable]]\nvariant = \"a\"\nwhy = \"same\"\n[[file]]"},
      {"reference-resolves", "[[bulletin]]\n",
       "[[bulletin]]\nid = \"ms02-016\"\nsource = [\"MS\"]\n[[bulletin]]\n"},
      {"reference-resolves", "[rating]",
       "[[relation]]\nto = \"win32/other\"\nkind = \"rival\"\nsource = [\"MS\"]\n[rating]"},
      {"prose-is-plain", "## Overview\nWords.", "## Overview\nWords \xe2\x80\x94 more."},
      {"prose-is-plain", "text = \"It reads files.\"", "text = \"It\xe2\x80\x8breads files.\""},
      {"class-is-given", "class = [\"worm/mass-mailer\"]", "class = [\"worm\"]"},
      {"class-is-given", "class = [\"worm/mass-mailer\"]", "class = []"},
      {"class-is-given", "class = [\"worm/mass-mailer\"]", "class = [\"worm/mass-mailr\"]"},
      {"class-is-given", "class = [\"worm/mass-mailer\"]", "class = [\"wurm/mass-mailer\"]"},
      {"class-is-given", "class = [\"worm/mass-mailer\"]", "class = [\"worm/unknown\"]"},
      {"bulletin-is-complete", "CVE-2002-0077", "CAN-2002-0077"},
      {"bulletin-is-complete", "sources = [\"https://example.org/ms02-015\"]", "sources = []"},
      {"bulletin-links-agree", "threats = [\"win32/example\"]", "threats = []"},
      {"bulletin-links-agree",
       "[[bulletin]]\nid = \"ms02-015\"\nnote = \"used by A\"\nsource = [\"MS\"]\n", ""},
      {"family-label-bears-no-letter", "label = \"W32.Example\"", "label = \"W32.Example.A\""},
      {"label-is-one-label", "label = \"W32.Example\"", "label = \"W32.Example (worm)\""},
      {"label-is-one-label", "label = \"W32/Example.a@MM\"",
       "label = \"W32/Example.a@MM; Example.A\""},
      {"knowledge-has-source", "A page runs a program.", "Runs a program (general knowledge)."},
      {"status-is-earned", "It reads files.", "FILL-IN"},
  };
}

std::vector<LintSlip> slips_of_changes() {
  const std::string file = "name = \"example.exe\"";
  const std::string named = "title = \"Win32/Example.A\"\n";
  const std::string message = "subject = \"your account *\"\n";
  return {
      {"genuine-file-is-told-apart", file, "name = \"SVCHOST.EXE\""},
      {"genuine-file-is-told-apart", file, "name = \"svchost.exe\"\ngenuine_twin = '%WINDIR%\\'"},
      {"genuine-file-is-told-apart", file + "\nrole = \"worm body\"\nsizes = [19824]",
       "name = \"svchost.exe\"\ngenuine_twin = '%system%'"},
      {"genuine-file-is-told-apart", file, "name = \"explorer.exe\"\ngenuine_twin = '%system%'"},
      {"genuine-file-is-told-apart", file, "name = \"explor*.exe\""},
      {"file-name-is-narrow", file, "name = \"zz*.zz\""},
      {"lure-is-more-than-a-subject", "attachment = [\"message.zip\"]\n", ""},
      {"lure-is-more-than-a-subject", message + "attachment = [\"message.zip\"]\n", ""},
      {"removal-order-is-a-graph", "before = [\"worm-body\"]", "before = [\"worm\"]"},
      {"removal-order-is-a-graph", "before = [\"worm-body\"]", "before = [\"run-value\"]"},
      {"removal-order-is-a-graph", "before = [\"worm-body\"]",
       "before = [\"worm-body\"]\nkeep = \"it is quiet\""},
      {"removal-order-is-a-graph", "sizes = [19824]", "sizes = [19824]\nbefore = [\"run-value\"]"},
      {"old-value-is-clear", "old = \"absent\"", "old = \"value\""},
      {"old-value-is-clear", "old = \"absent\"", "old_data = \"x\""},
      {"old-value-is-clear", "old = \"absent\"",
       "old = \"absent\"\naction = \"remove\"\nowner = \"windows\""},
      {"named-only-is-true", named, named + "named_only = \"because\"\n"},
      {"digest-is-hexadecimal", "sizes = [19824]", "md5 = \"1234\""},
      {"digest-is-hexadecimal", "sizes = [19824]", "sha1 = \"" + std::string(40, 'g') + "\""},
      {"digest-is-hexadecimal", "sizes = [19824]", "sha256 = \"" + std::string(63, '0') + "\""},
      {"conclusive-is-earned", "sizes = [19824]\nevidence = \"strong\"",
       "sizes = [19824]\nevidence = \"conclusive\""},
      {"conclusive-is-earned", "tcp\"\nevidence = \"weak\"", "tcp\"\nevidence = \"conclusive\""},
      {"directory-is-known", "directory = '%windir%'", "directory = '%windows%'"},
      {"directory-is-known", "directory = '%windir%'", "directory = 'windows'"},
      {"directory-is-known", "directory = '%windir%'", "directory = 'c:/windows'"},
      {"directory-is-known", "directory = '%windir%'", "directory = '%windir%\\..'"},
      {"directory-is-known", "data = '%windir%", "data = '%windows%"},
      {"change-id-is-unique", "id = \"lure\"", "id = \"door\""},
      {"change-id-is-unique", "id = \"lure\"", "id = \"The Lure\""},
      {"registry-key-has-root", "key = 'HKLM\\", "key = 'HKEY_LOCAL_MACHINE\\"},
      {"registry-key-has-root", "CurrentVersion\\Run'", "CurrentVersion\\Run\\'"},
      {"port-is-readable", "3127-3198/tcp", "3127-3198"},
      {"port-is-readable", "3127-3198/tcp", "70000/tcp"},
  };
}

const std::vector<LintSlip>& lint_slips() {
  static const std::vector<LintSlip> all = [] {
    std::vector<LintSlip> out = slips_of_entries();
    const std::vector<LintSlip> changes = slips_of_changes();
    out.insert(out.end(), changes.begin(), changes.end());
    return out;
  }();
  return all;
}

class EachLintSlip : public ::testing::TestWithParam<LintSlip> {};

TEST_P(EachLintSlip, IsFoundByItsLintAlone) {
  const LintSlip& slip = GetParam();
  const std::vector<SourceFile> files = sample_with(slip.from, slip.to);
  std::string before;
  std::string after;
  for (const SourceFile& file : sample_files()) before += file.text;
  for (const SourceFile& file : files) after += file.text;
  ASSERT_NE(before, after) << "the slip changes nothing: " << slip.from;
  const std::vector<Problem> problems = lint_of(files);
  std::set<std::string> rules;
  for (const Problem& problem : problems) {
    rules.insert(problem.rule);
    EXPECT_FALSE(problem.mend.empty());
    EXPECT_FALSE(problem.place.file.empty());
    EXPECT_GE(problem.place.line, 1u);
  }
  EXPECT_THAT(rules, ElementsAre(slip.rule)) << slip.to << "\n" << sentences(problems);
}

INSTANTIATE_TEST_SUITE_P(Lint, EachLintSlip, ::testing::ValuesIn(lint_slips()),
                         [](const auto& slip_info) {
                           std::string name;
                           bool capital = true;
                           for (const char c : slip_info.param.rule) {
                             if (c == '-') {
                               capital = true;
                             } else {
                               name.push_back(capital ? static_cast<char>(c - 32) : c);
                               capital = false;
                             }
                           }
                           return name + std::to_string(slip_info.index);
                         });

TEST(Lints, EachHasASlipHere) {
  // These need two entries or variants, or more than one changed line: tests of their own, below
  // and in traps_test.cc.
  std::set<std::string> seen = {"confusable-is-mutual",
                                "label-fits-family",
                                "handler-is-restored-first",
                                "handler-is-stated",
                                "removed-value-has-owner",
                                "setting-has-old-value",
                                "memory-only-is-restarted",
                                "time-runs-forward",
                                "sizes-are-all-told",
                                "digest-does-not-stand-alone",
                                "common-subject-needs-more",
                                "supersedence-is-a-chain",
                                "source-is-kept",
                                "draft-is-filled-in"};
  for (const LintSlip& slip : lint_slips()) seen.insert(slip.rule);
  for (const Lint* lint : lints()) {
    EXPECT_THAT(seen, Contains(lint->name()));
    EXPECT_FALSE(lint->advice().empty());
  }
  EXPECT_THAT(seen, SizeIs(lints().size()));
}

TEST(ConfusableIsMutual, WantsTheOtherToSayItToo) {
  std::vector<SourceFile> files = sample_files();
  std::string other = with(sample_variant, "id = \"a\"", "id = \"b\"");
  other = with(other, "Example.A", "Example.B");
  other = with(other, "W32/Example.a@MM", "W32/Example.b@MM");
  files.push_back({"win32/example/variants/b.toml", other});
  EXPECT_THAT(lint_of(files), IsEmpty());
  files[1].text =
      with(files[1].text, "[[file]]", "[[confusable]]\nvariant = \"b\"\nwhy = \"same\"\n[[file]]");
  const std::vector<Problem> problems = lint_of(files);
  ASSERT_THAT(problems, SizeIs(1)) << sentences(problems);
  EXPECT_EQ(problems[0].rule, "confusable-is-mutual");
  EXPECT_EQ(problems[0].severity, Severity::warning);
}

TEST(LabelHasOnePlace, LetsGenericLabelsStandInSeveral) {
  std::vector<SourceFile> files = sample_files();
  files[1].text = with(files[1].text, "vendor = \"McAfee\"\nlabel = \"W32/Example.a@MM\"",
                       "vendor = \"Symantec\"\nlabel = \"W32.Example\"\nrelation = \"overlaps\"");
  EXPECT_THAT(lint_of(files), IsEmpty());
}

TEST(PathIsId, WantsTheFoldersName) {
  std::vector<SourceFile> files = sample_files();
  files[0].path = "win32/sample/entry.md";
  files[1].path = "win32/sample/variants/a.toml";
  const std::vector<Problem> problems = lint_of(files);
  ASSERT_THAT(problems, SizeIs(1)) << sentences(problems);
  EXPECT_EQ(problems[0].rule, "path-is-id");
}

TEST(StatusIsEarned, WantsAVariant) {
  std::vector<SourceFile> files = sample_files();
  files.erase(files.begin() + 1);
  EXPECT_THAT(lint_of(files), SizeIs(2));
  files[0].text = with(files[0].text, "\"tested\"", "\"draft\"");
  EXPECT_THAT(lint_of(files), SizeIs(1));
}

TEST(GenuineFiles, AreComparedInOneSpelling) {
  EXPECT_EQ(canonical_directory("%WinDir%\\System32\\"), "%system%");
  EXPECT_EQ(canonical_directory("%windir%\\system32\\wins"), "%system%\\wins");
  EXPECT_EQ(canonical_directory("%windir%\\systems"), "%windir%\\systems");
  EXPECT_EQ(canonical_directory("C:\\"), "%systemdrive%");
  ASSERT_NE(find_genuine_file("SvcHost.exe"), nullptr);
  EXPECT_EQ(find_genuine_file("svchosts.exe"), nullptr);
  EXPECT_NE(find_genuine_match("%windir%\\system32", "svc*.exe"), nullptr);
  EXPECT_EQ(find_genuine_match("%windir%", "svc*.exe"), nullptr);
}

TEST(DirectoryIsKnown, LetsTheShellsPlaceholdersBe) {
  std::vector<SourceFile> files = sample_files();
  files[1].text = with(files[1].text, "data = '%windir%\\example.exe'",
                       "data = '%windir%\\example.exe \"%1\" %*'");
  EXPECT_THAT(lint_of(files), IsEmpty());
}

}  // namespace
}  // namespace antidotary::entries
