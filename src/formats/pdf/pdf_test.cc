// Method: values and files written here; what real writers make is in tests/formats/documents.
#include <gmock/gmock.h>

#include "formats/pdf/objects.h"
#include "formats/pdf/security.h"
#include "formats/pdf/syntax.h"

namespace antidotary::pdf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PdfSyntax, EndsValuesWhereTheyEnd) {
  EXPECT_EQ(end_of_value("<</A<</B[1(>>)]>>>> x", 0), 19u);
  EXPECT_EQ(end_of_value("12 0 R/X", 0), 6u);
  EXPECT_EQ(end_of_value("12 0", 0), 2u);
  EXPECT_EQ(end_of_value("(a(b)\\)c)d", 0), 9u);
  EXPECT_EQ(end_of_value("<41 42>", 0), 7u);
  EXPECT_EQ(end_of_value("[1 2", 0), 4u);
  EXPECT_EQ(end_of_value("<</A 1 endobj", 0), 7u);
  EXPECT_EQ(end_of_value("(not closed endobj", 0), 12u);
}

TEST(PdfSyntax, DecodesNamesAndStrings) {
  EXPECT_EQ(name_of("/J#61vaScript"), "JavaScript");
  EXPECT_EQ(string_of("(a\\(b\\)\\101\\\n\\n(c))"), "a(b)A\n(c)");
  EXPECT_EQ(string_of("<4 1 4>"), "A@");
  EXPECT_EQ(text_of(std::string_view("\xfe\xff\0a\0b", 6)), "ab");
  EXPECT_FALSE(string_of("/x"));
}

TEST(PdfSyntax, FindsPairs) {
  const auto pairs = pairs_of("<</A 1/B[2 3]%c\n/C<</D 4>>/#45 (x)>>");
  ASSERT_EQ(pairs.size(), 4u);
  EXPECT_EQ(pairs[1].value, "[2 3]");
  EXPECT_EQ(value_in(pairs, "E"), "(x)");
  EXPECT_THAT(items_of("[1 2 0 R(x)]"), ElementsAre("1", "2 0 R", "(x)"));
}

std::vector<std::string> streams(const std::string& text) {
  Budget budget;
  const auto objects = find_objects(as_bytes(text), budget);
  std::vector<std::string> out;
  for (const Object& one : objects->all) {
    if (one.has_stream) {
      out.push_back(to_string(one.stream) + (one.stray ? " stray" : "") +
                    (one.odd_length ? " odd" : "") + (one.open_ended ? " open" : ""));
    }
  }
  return out;
}

TEST(PdfObjects, BelieveALengthThatEndsAtTheMark) {
  EXPECT_THAT(streams("1 0 obj<</Length 13>>stream\nab endstream \nendstream endobj"),
              ElementsAre("ab endstream "));
}

TEST(PdfObjects, LookForTheMarkWhereTheLengthIsWrong) {
  EXPECT_THAT(streams("1 0 obj<</Length 99>>stream\r\nabc\r\nendstream endobj"),
              ElementsAre("abc odd"));
  EXPECT_THAT(streams("1 0 obj<</Length 2 0 R>>stream\nabc\nendstream endobj 2 0 obj 3 endobj"),
              ElementsAre("abc"));
}

TEST(PdfObjects, KeepStreamsWhoseObjectIsDamaged) {
  EXPECT_THAT(streams("1 0 oXj<</Length 3>>stream\nabc\nendstream endobj"),
              ElementsAre("abc stray"));
  EXPECT_THAT(streams("1 0 obj<</Length 3>>stream\nabc"), ElementsAre("abc odd open"));
}

TEST(PdfObjects, KeepAStreamWhoseFirstWordIsDamaged) {
  EXPECT_THAT(streams("1 0 obj<</Length 3>>\nstXeam\nabc\nendstream endobj"),
              ElementsAre("abc\n open"));
}

TEST(PdfObjects, DoNotLetOneStreamSwallowAnotherInSilence) {
  EXPECT_THAT(streams("1 0 obj<</Length 3 0 R>>stream\nabc\nendXtream endobj\n"
                      "2 0 obj<<>>stream\nd\nendstream endobj"),
              ElementsAre(testing::EndsWith("open")));
}

TEST(PdfObjects, TakeLinearTimeOverBrackets) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "1 0 obj(<[< (";
  Budget budget;
  EXPECT_TRUE(find_objects(as_bytes(text), budget));
}

}  // namespace
}  // namespace antidotary::pdf
