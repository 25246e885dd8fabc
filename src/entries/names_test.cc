// Method: a small encyclopedia with the real conflicts of two families' names (Mimail, Mydoom), so
// that each rule of resolution has the label that once went wrong.
#include "entries/names.h"

#include <gmock/gmock.h>

#include "entries/label.h"
#include "entries/sample.h"

namespace antidotary::entries {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Listed {
  std::string vendor;
  std::string label;
  std::string relation = "same";
};

std::string names(const std::vector<Listed>& list) {
  std::string out;
  for (const Listed& name : list) {
    out += "[[name]]\nvendor = \"" + name.vendor + "\"\nlabel = \"" + name.label +
           "\"\nrelation = \"" + name.relation + "\"\nsource = [\"MS\"]\n";
  }
  return out;
}

void add_family(std::vector<SourceFile>& files, const std::string& id, const std::string& title,
                const std::vector<Listed>& list) {
  std::string text = with(sample_entry, "win32/example", id);
  text = with(text, "Win32/Example", title);
  text = with(text, "[[name]]\nvendor = \"Symantec\"\nlabel = \"W32.Example\"\nsource = [\"MS\"]\n",
              names(list));
  files.push_back({id + "/entry.md", text});
}

void add_variant(std::vector<SourceFile>& files, const std::string& id, const std::string& title,
                 const std::string& letter, const std::vector<Listed>& list) {
  files.push_back({id + "/variants/" + letter + ".toml",
                   "schema = 1\nid = \"" + letter + "\"\ntitle = \"" + title + "\"\n" +
                       "named_only = \"test\"\n" + names(list)});
}

const Encyclopedia& real_conflicts() {
  static const Encyclopedia all = [] {
    std::vector<SourceFile> files;
    add_family(files, "win32/mimail", "Win32/Mimail",
               {{"Microsoft", "Win32/Mimail"},
                {"Symantec", "W32.Mimail"},
                {"Trend Micro", "WORM_MIMAIL"},
                {"McAfee", "W32/Mimail@MM"},
                {"McAfee", "W32/Mimail.gen@MM", "generic"}});
    add_variant(files, "win32/mimail", "Win32/Mimail.A", "a",
                {{"Symantec", "W32.Mimail.A@mm"},
                 {"Kaspersky", "I-Worm.Mimail"},
                 {"Trend Micro", "WORM_MIMAIL.A"}});
    add_variant(files, "win32/mimail", "Win32/Mimail.C", "c", {{"Symantec", "W32.Bics.A"}});
    add_variant(files, "win32/mimail", "Win32/Mimail.E", "e", {{"McAfee", "W32/Mimail.e@MM"}});
    add_variant(files, "win32/mimail", "Win32/Mimail.F", "f",
                {{"F-Secure", "Email-Worm:W32/Mimail.F"}, {"Sophos", "W32/Mimail-E"}});
    add_variant(files, "win32/mimail", "Win32/Mimail.I", "i",
                {{"Symantec", "W32.Paylap@mm"}, {"Kaspersky", "I-Worm.Paylap"}});
    add_variant(files, "win32/mimail", "Win32/Mimail.P", "p",
                {{"Sophos", "W32/Mimail-N"}, {"Sophos", "W32/Mimail-O", "overlaps"}});
    add_family(files, "win32/mydoom", "Win32/Mydoom", {{"Symantec", "W32.Novarg"}});
    add_variant(files, "win32/mydoom", "Win32/Mydoom.A", "a",
                {{"Symantec", "W32.Novarg.A@mm"}, {"Trend Micro", "WORM_MIMAIL.R", "mistaken"}});
    std::vector<Problem> problems;
    Encyclopedia read = Encyclopedia::read(files, problems);
    for (const Problem& problem : problems) ADD_FAILURE() << problem.sentence();
    return read;
  }();
  return all;
}

std::string place(const NameMatch& match) {
  return match.entry->id + (match.variant == nullptr ? "" : "." + match.variant->id);
}

// "win32/mimail.c", "win32/mimail.e | win32/mimail.f" or "".
std::string answer(std::string_view label) {
  const Resolution found = resolve(real_conflicts(), label);
  std::string out;
  for (const NameMatch& match : found.matches) {
    EXPECT_FALSE(match.why.empty()) << label;
    out += (out.empty() ? "" : " | ") + place(match);
  }
  const auto kind = found.matches.empty()       ? Resolution::Kind::unknown
                    : found.matches.size() == 1 ? Resolution::Kind::one
                                                : Resolution::Kind::ambiguous;
  EXPECT_EQ(found.kind, kind) << label;
  return out;
}

TEST(Names, ExactLabelsDecideWithoutRegardToCase) {
  EXPECT_EQ(answer("W32.Mimail.A@mm"), "win32/mimail.a");
  EXPECT_EQ(answer("w32.mimail.a@MM"), "win32/mimail.a");
  EXPECT_EQ(answer("  WORM_MIMAIL "), "win32/mimail");
  EXPECT_EQ(answer("I-Worm.Paylap"), "win32/mimail.i");
  EXPECT_EQ(answer("W32/Mimail.gen@MM"), "win32/mimail");
  EXPECT_EQ(resolve(real_conflicts(), "I-Worm.Paylap").matches.at(0).vendor_name->vendor,
            "Kaspersky");
}

TEST(Names, OurOwnNamesDecide) {
  for (const std::string_view label :
       {"win32/mimail.c", "Win32/Mimail.C", "mimail.c", "Mimail C", "win32/mimail/c"}) {
    EXPECT_EQ(answer(label), "win32/mimail.c") << label;
  }
  EXPECT_EQ(answer("mimail"), "win32/mimail");
  EXPECT_EQ(answer("MyDoom"), "win32/mydoom");
}

TEST(Names, GrammarOfEachVendorIsUnderstood) {
  for (const std::string_view label :
       {"W32.Mimail.C@mm", "WORM_MIMAIL.C", "I-Worm.Mimail.c", "Email-Worm.Win32.Mimail.c",
        "W32/Mimail-C", "W32/Mimail.c@MM", "Win32:Mimail-C", "Worm/Mimail.C", "Win32.Mimail.C@mm",
        "Worm:Win32/Mimail.C@mm", "Email-Worm:W32/Mimail.C", "W32/Mimail.C.worm",
        "Worm:Win32/Mimail.C!dll", "Win32.Worm.Mimail.C", "Worm.Mimail.C (later Worm.X)"}) {
    EXPECT_EQ(answer(label), "win32/mimail.c") << label;
  }
  EXPECT_EQ(answer("Worm.Mimail"), "win32/mimail");
}

TEST(Names, AListedLabelBeatsTheGuessFromItsLetter) {
  EXPECT_EQ(answer("WORM_MIMAIL.R"), "win32/mydoom.a");
  EXPECT_EQ(answer("WORM_MIMAIL.R!x"), "win32/mydoom.a");
  EXPECT_EQ(answer("W32/Mimail-N"), "win32/mimail.p");
  EXPECT_EQ(answer("Mimail-N"), "win32/mimail.p");
  EXPECT_EQ(answer("Mimail.N"), "win32/mimail.p");
  EXPECT_EQ(answer("W32/Mimail-E"), "win32/mimail.f");
  EXPECT_EQ(answer("W32/Mimail-E!corrupt"), "win32/mimail.f");
}

TEST(Names, AMistakeOfOneVendorIsNotAnothers) {
  EXPECT_EQ(answer("W32.Mimail.R@mm"), "win32/mimail | win32/mydoom.a");
  EXPECT_EQ(answer("Mimail.R"), "win32/mimail | win32/mydoom.a");
}

TEST(Names, AnotherVendorsLetterGivesTheFamilyOnly) {
  EXPECT_EQ(answer("W32.Mimail.N@mm"), "win32/mimail");
  EXPECT_THAT(resolve(real_conflicts(), "W32.Mimail.N@mm").matches.at(0).why,
              HasSubstr("W32/Mimail-N of Sophos"));
  EXPECT_EQ(answer("W32.Mimail.Z@mm"), "win32/mimail");
  EXPECT_THAT(resolve(real_conflicts(), "W32.Mimail.Z@mm").matches.at(0).why,
              HasSubstr("no variant z is known"));
}

TEST(Names, WhereVendorsDisagreeBothAreCandidates) {
  EXPECT_EQ(answer("Worm/Mimail.E"), "win32/mimail.e | win32/mimail.f");
}

TEST(Names, AVendorInFrontSaysWhoseLabelItIs) {
  EXPECT_EQ(answer("Sophos Mimail-E"), "win32/mimail.f");
  EXPECT_EQ(answer("McAfee: Mimail.e"), "win32/mimail.e");
  EXPECT_EQ(answer("Trend Micro WORM_MIMAIL.R"), "win32/mydoom.a");
}

TEST(Names, ALabelThatOverlapsIsStillFollowedAndAGenericOneSaysNoLetter) {
  EXPECT_EQ(answer("W32/Mimail-O"), "win32/mimail.p");
  EXPECT_EQ(answer("Sophos Mimail-O"), "win32/mimail.p");
  EXPECT_EQ(answer("Win32.Mimail.gen"), "win32/mimail");
}

TEST(Names, OtherNamesOfAFamilyAreFollowed) {
  EXPECT_EQ(answer("Paylap"), "win32/mimail.i");
  EXPECT_EQ(answer("W32/Bics.a"), "win32/mimail.c");
  EXPECT_EQ(answer("W32/Bics.q"), "win32/mimail");
  EXPECT_EQ(answer("Novarg"), "win32/mydoom");
}

TEST(Names, UnknownNamesGetTheNearest) {
  const Resolution found = resolve(real_conflicts(), "W32.Mimial.A@mm");
  EXPECT_EQ(found.kind, Resolution::Kind::unknown);
  ASSERT_THAT(found.nearest, SizeIs(5));
  EXPECT_THAT(found.nearest, Contains("W32.Mimail.A@mm"));
  EXPECT_THAT(resolve(real_conflicts(), "Conficker").nearest, IsEmpty());
}

TEST(Names, NothingAndNonsenseAreUnknown) {
  for (const std::string_view label : {"", " ", "@", "!!!", "W32", "worm", "...", "W32/", "\xff"}) {
    EXPECT_EQ(answer(label), "") << label;
  }
  EXPECT_EQ(answer(std::string(100000, 'a')), "");
}

TEST(Labels, AreTakenApart) {
  const Label label = parse_label("Email-Worm.Win32.Mimail.c");
  EXPECT_EQ(label.prefix, "email-worm.win32.");
  EXPECT_EQ(label.family, "mimail");
  EXPECT_EQ(label.variant, "c");
  EXPECT_EQ(label.joint, '.');
  EXPECT_TRUE(parse_label("W32/Mimail-N").same_dialect(parse_label("w32/Netsky-P")));
  EXPECT_FALSE(parse_label("W32/Mimail-N").same_dialect(parse_label("W32/Mimail.n@MM")));
  EXPECT_FALSE(parse_label("W32/Mimail-N").same_dialect(parse_label("W32.Mimail.N")));
  EXPECT_EQ(parse_label("W32/Mimail.gen@MM").variant, "");
  EXPECT_EQ(parse_label("W32/Sysout.A.worm").variant, "a");
}

TEST(EditDistance, CountsChanges) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("mimial", "mimail"), 2u);
  EXPECT_EQ(edit_distance("size", "sizes"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace antidotary::entries
