// Method: the sample entry, asked in the ways in which people ask.
#include "entries/search.h"

#include <gmock/gmock.h>

#include "entries/sample.h"

namespace antidotary::entries {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Encyclopedia& sample() {
  static const Encyclopedia all = [] {
    std::vector<SourceFile> files = sample_files();
    files.push_back({"glossary/worm.toml",
                     "id = \"worm\"\ntitle = \"Worm\"\ndefinition = \"It copies itself.\"\n"
                     "sources = [\"https://example.org\"]\n"});
    std::vector<Problem> problems;
    Encyclopedia read = Encyclopedia::read(files, problems);
    for (const Problem& problem : problems) ADD_FAILURE() << problem.sentence();
    return read;
  }();
  return all;
}

Hit first(std::string_view question) {
  const std::vector<Hit> hits = search(sample(), question, 10);
  EXPECT_FALSE(hits.empty()) << question;
  return hits.empty() ? Hit{} : hits.front();
}

TEST(Search, FindsAFileOfAVariantByItsName) {
  for (const std::string_view question :
       {"what is example.exe?", "EXAMPLE.EXE", "example.ex", "%windir%\\example.exe"}) {
    const Hit hit = first(question);
    ASSERT_NE(hit.variant, nullptr) << question;
    EXPECT_EQ(hit.variant->id, "a");
    EXPECT_THAT(hit.passage, HasSubstr("example.exe"));
  }
  EXPECT_EQ(first("what is %windir%\\example.exe").where, "file");
}

TEST(Search, FindsSubjectsPortsMutexesAndLabels) {
  EXPECT_EQ(first("\"your account").where, "message");
  EXPECT_EQ(first("3127").where, "network");
  EXPECT_EQ(first("ExampleMutex").where, "mutex");
  EXPECT_EQ(first("W32/Example.a@MM").where, "name");
}

TEST(Search, FindsBulletinsAndTerms) {
  ASSERT_NE(first("CVE-2002-0077").subject.bulletin, nullptr);
  ASSERT_NE(first("what is a worm?").subject.term, nullptr);
}

TEST(Search, PutsWhatIsCalledExactlySoFirst) {
  // The sample's class is a worm too, and many a name.
  for (const std::string_view question : {"what is a worm?", "WORM", "worm"}) {
    EXPECT_NE(first(question).subject.term, nullptr) << question;
  }
}

TEST(Search, LeavesOutPagesThatHoldFewerOfTheWords) {
  const std::vector<Hit> hits = search(sample(), "cumulative patch", 10);
  ASSERT_THAT(hits, SizeIs(1));
  EXPECT_EQ(hits[0].words, 2u);
}

TEST(Search, AnswersNothingWithNothing) {
  for (const std::string_view question : {"", "   ", "?!", "zzzzqqq"}) {
    EXPECT_THAT(search(sample(), question, 10), IsEmpty()) << question;
  }
  EXPECT_THAT(search(sample(), std::string(100000, 'x'), 10), IsEmpty());
}

TEST(Questions, LoseTheirOwnWords) {
  EXPECT_THAT(words_of_question("What is \"videodrv.exe\"?"), ElementsAre("videodrv.exe"));
  EXPECT_THAT(words_of_question("what is it"), ElementsAre("what", "is", "it"));
}

}  // namespace
}  // namespace antidotary::entries
