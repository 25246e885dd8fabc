// Method: the sample entry's pages are searched for what a reader must find, in its order; the real
// encyclopedia's pages are all made once and measured.
#include "publish/page.h"

#include <gmock/gmock.h>

#include "core/text.h"
#include "entries/this_tree.h"
#include "publish/sample.h"
#include "publish/sheet.h"

namespace antidotary::publish {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Page : public ::testing::Test {
 protected:
  Page() : encyclopedia_(sample_encyclopedia()), entry_(encyclopedia_.find("win32/example")) {}
  void SetUp() override { ASSERT_NE(entry_, nullptr); }

  std::string family() const { return page(encyclopedia_, *entry_, nullptr, {}); }
  std::string variant() const { return page(encyclopedia_, *entry_, entry_->find("a"), {}); }

  entries::Encyclopedia encyclopedia_;
  const entries::Entry* entry_;
};

void expect_in_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    const std::size_t found = text.find(part, at);
    ASSERT_NE(found, std::string::npos) << part << " is missing or out of order in\n" << text;
    at = found + part.size();
  }
}

void expect_width(const std::string& text, std::size_t columns, const std::string& what) {
  for (const std::string_view line : split(text, '\n')) {
    EXPECT_LE(width_of(line), columns) << what << ": " << line;
  }
}

TEST_F(Page, HasTheClassicPartsInTheirOrder) {
  expect_in_order(family(), {"Win32/Example\n=============\n", "A worm that mails itself",
                             "antidotary examine DISK", "\nOVERVIEW\n", "\nRATING\n", "\nNAMES\n",
                             "\nSECURITY BULLETINS\n", "\nTECHNICAL ANALYSIS\n",
                             "\nCHANGES OF WIN32/EXAMPLE.A\n", "\nCHANGES OF WIN32/EXAMPLE.B\n",
                             "\nTRANSMISSION\n", "\nPAYLOAD\n", "\nPREVENTION\n", "\nSYMPTOMS\n",
                             "\nRECOVERY\n", "\nSOURCES\n"});
}

TEST_F(Page, ShowsTheRatingsArithmetic) {
  expect_in_order(family(), {"2 x 3 = 6, high: many [MS]", "3 x 2 = 6, medium: some",
                             "3 x 1 = 3, low: slow", "2 x 0 = 0, none: easy", "15 of 30: medium"});
}

TEST_F(Page, SaysOldAndNewValueWithGradeAndSources) {
  expect_in_order(variant(),
                  {"Key        HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\n",
                   "Value      Example\n", "Old value  absent\n",
                   "New value  %windir%\\example.exe\n", "Evidence   strong [MS]\n"});
  EXPECT_THAT(variant(), HasSubstr("19,824 bytes"));
  EXPECT_THAT(variant(), HasSubstr("%SystemRoot%\\System32\\webcheck.dll (the system's default)"));
}

TEST_F(Page, ListsNamesByVendorAndTheOnesThatMislead) {
  expect_in_order(family(), {"Symantec     W32.Example [MS]\n",
                             "             W32.Example.A@mm: Win32/Example.A [MS]\n",
                             "Trend Micro  WORM_OTHER.R [TM]\n", "Names that need care",
                             "a mistaken name; the worm that everybody"});
}

TEST_F(Page, ListsTheSourcesThatItNamesAndNoOthers) {
  EXPECT_THAT(family(), HasSubstr("[TM] Trend Micro, vendor-encyclopedia (in ja)\n"));
  EXPECT_THAT(family(), Not(HasSubstr("UNUSED")));
  EXPECT_THAT(variant(), Not(HasSubstr("[TM]")));
}

TEST_F(Page, OfAVariantHoldsItsOwnChangesAlone) {
  EXPECT_THAT(variant(), Not(HasSubstr("20,000")));
  EXPECT_THAT(variant(), HasSubstr("antidotary explain win32/example.a --steps"));
}

TEST_F(Page, OfABulletinNamesTheThreatsThatUseIt) {
  const std::string text = page(encyclopedia_, *encyclopedia_.find_bulletin("ms02-015"), {});
  expect_in_order(text, {"MS02-015: Cumulative Patch\n", "CVE-2002-0077", "KB319182",
                         "MS02-023: install the latest one", "- Win32/Example: A worm that"});
}

TEST_F(Page, GivesStepsInAnOrderThatRespectsTheEntry) {
  const std::string text =
      collapse_white_space(steps(encyclopedia_, *entry_, entry_->find("a"), {}));
  expect_in_order(text, {"Removing Win32/Example.A by hand",
                         " 1. Take the computer off the network",
                         " 2. Press Ctrl+Alt+Del",
                         "example.exe",
                         " 3. Open the registry editor",
                         "Run delete the value \"Example\"",
                         "set the value \"(default)\" back to",
                         " 4. Delete these files",
                         "Delete %windir%\\example.exe (worm body)",
                         " 5. In every mail program",
                         " 6. In the firewall",
                         "Close 3127/tcp",
                         " 7. Empty the recycle bin",
                         " 8. Install the updates",
                         "MS02-015",
                         " 9. Make sure that nothing is left",
                         "WHERE THAT IS",
                         "%windir%",
                         "SO THAT IT DOES NOT COME BACK",
                         "Do not open attachments."});
}

std::string steps_of(const std::string& id) {
  const auto& all = entries::encyclopedia_of_this_tree();
  const entries::Entry* entry = all.find(id);
  if (entry == nullptr) return "there is no " + id;
  return collapse_white_space(steps(all, *entry, nullptr, {}));
}

TEST(RealSteps, EndNoProgramOfWindowsItself) {
  for (const auto& [id, name] : std::vector<std::pair<std::string, std::string>>{
           {"win32/brontok", "winlogon.exe"}, {"win32/welchia", "svchost.exe"}}) {
    const std::string text = steps_of(id);
    const std::size_t manager = text.find("Task Manager");
    const std::size_t end = text.find("Open the registry editor", manager);
    if (manager != std::string::npos) {
      EXPECT_EQ(text.substr(manager, end - manager).find(name), std::string::npos) << text;
    }
    expect_in_order(text, {"Restart in safe mode", "must not be ended", name, "Delete"});
  }
}

TEST(RealSteps, PromiseNothingWhereNothingCanBeFound) {
  for (const std::string id : {"win32/virut", "win32/slammer"}) {
    const std::string text = steps_of(id);
    EXPECT_THAT(text, HasSubstr("The program cannot remove it"));
    for (const std::string wrong : {"antidotary clean", "antidotary examine", "files above"}) {
      EXPECT_THAT(text, Not(HasSubstr(wrong))) << id;
    }
  }
}

TEST(RealSteps, CloseTheHoleOfWhatLivesInMemoryBeforeTheRestart) {
  expect_in_order(steps_of("win32/slammer"), {"Install the updates", "MS02-039", "Restart"});
  expect_in_order(steps_of("win32/blaster"), {"restart the computer", "Install the updates"});
}

TEST(RealSteps, SayWhatIsMeantWhereAValueHasNoNameOfItsOwn) {
  const std::string mytob = steps_of("win32/mytob");
  EXPECT_THAT(mytob, HasSubstr("delete the value, whatever its name, (its data: wfdmgr.exe)"));
  EXPECT_THAT(mytob, Not(HasSubstr("value \"*\"")));
  EXPECT_THAT(steps_of("win32/klez"), HasSubstr("the value whose name is like \"Wink*\""));
}

TEST(RealSteps, TellNobodyToTakeMelissasMarkAwayFirst) {
  expect_in_order(steps_of("w97m/melissa"),
                  {"mail program", "When all of it is gone, and not before",
                   "delete the value \"Melissa?\"", "It stays until then"});
}

TEST(RealSteps, NameTheHolesOfTheVariantAlone) {
  const auto& all = entries::encyclopedia_of_this_tree();
  const entries::Entry& mimail = *all.find("win32/mimail");
  EXPECT_THAT(steps(all, mimail, mimail.find("a"), {}), HasSubstr("Install the updates"));
  EXPECT_THAT(steps(all, mimail, mimail.find("c"), {}), Not(HasSubstr("Install the updates")));
}

TEST(RealSteps, TellWhatNoStepUndoes) {
  const std::string text = steps_of("win32/nimda");
  expect_in_order(text, {"system.ini, section [boot], write", "left to you",
                         "wininit.ini", "Make sure that nothing is left"});
}

TEST_F(Page, SaysAStepOnceForAllVariantsThatShareIt) {
  const std::string text = collapse_white_space(steps(encyclopedia_, *entry_, nullptr, {}));
  const std::size_t first = text.find("delete the value \"Example\"");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("delete the value \"Example\"", first + 1), std::string::npos);
  EXPECT_THAT(text, HasSubstr("(variant A)"));
  EXPECT_THAT(text, HasSubstr("(variant B)"));
}

TEST_F(Page, EscapesWhatAnEntryMightHide) {
  entries::Entry hostile;
  hostile.id = "win32/x";
  hostile.title = "x\x1b]0;owned\x07";
  hostile.summary = "line\nbreak \x1b[31m";
  for (const bool colour : {false, true}) {
    const std::string text = page(encyclopedia_, hostile, nullptr, Paper{80, colour});
    EXPECT_THAT(text, Not(HasSubstr("\x1b]")));
    EXPECT_THAT(text, Not(HasSubstr("\x07")));
    EXPECT_THAT(text, HasSubstr("x\\x1b]0;owned\\x07"));
  }
}

TEST_F(Page, AsJsonSaysTheSame) {
  const Json json = entry_json(encyclopedia_, *entry_);
  const auto again = Json::parse(json.dump());
  ASSERT_TRUE(again.has_value());
  std::string text;
  ASSERT_TRUE(again->find("schema")->to(text));
  EXPECT_EQ(text, "antidotary-entry/1");
  const Json& variant = again->find("variants")->array()->at(0);
  const Json& change = variant.find("changes")->array()->at(0);
  ASSERT_TRUE(change.find("kind")->to(text));
  EXPECT_EQ(text, "file");
  std::uint64_t size = 0;
  ASSERT_TRUE(change.find("sizes")->array()->at(0).to(size));
  EXPECT_EQ(size, 19824u);
  std::uint64_t points = 0;
  ASSERT_TRUE(again->find("rating")->find("points")->to(points));
  EXPECT_EQ(points, 15u);
}

TEST_F(Page, NamesOneVariantSeveralOrNone) {
  EXPECT_EQ(title_of(encyclopedia_, "win32/example", {}), "Win32/Example");
  EXPECT_EQ(title_of(encyclopedia_, "win32/example", {"a"}), "Win32/Example.A");
  EXPECT_EQ(title_of(encyclopedia_, "win32/example", {"a", "b"}), "Win32/Example (A or B)");
  EXPECT_EQ(title_of(encyclopedia_, "win32/example", {"a", "b", "c"}), "Win32/Example (A, B or C)");
  EXPECT_EQ(title_of(encyclopedia_, "win32/nobody", {"a"}), "win32/nobody.A");
}

TEST_F(Page, StaysInsideThePaper) {
  for (const std::uint32_t columns : {40u, 60u, 80u}) {
    const Paper paper{columns, false};
    expect_width(page(encyclopedia_, *entry_, nullptr, paper), columns, "page");
    expect_width(steps(encyclopedia_, *entry_, nullptr, paper), columns, "steps");
  }
}

TEST(RealPages, FitEightyColumns) {
  const entries::Encyclopedia& encyclopedia = entries::encyclopedia_of_this_tree();
  ASSERT_FALSE(encyclopedia.entries().empty());
  const Paper paper;
  for (const auto& entry : encyclopedia.entries()) {
    expect_width(page(encyclopedia, entry, nullptr, paper), 80, entry.id);
    expect_width(steps(encyclopedia, entry, nullptr, paper), 80, entry.id + " steps");
    EXPECT_TRUE(Json::parse(entry_json(encyclopedia, entry).dump()).has_value()) << entry.id;
    for (const auto& variant : entry.variants) {
      expect_width(page(encyclopedia, entry, &variant, paper), 80, variant.title);
      expect_width(steps(encyclopedia, entry, &variant, paper), 80, variant.title);
    }
  }
  for (const auto& bulletin : encyclopedia.bulletins()) {
    expect_width(page(encyclopedia, bulletin, paper), 80, bulletin.id);
  }
}

}  // namespace
}  // namespace antidotary::publish
