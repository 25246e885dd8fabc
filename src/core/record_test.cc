// Records: both forms give back what went in, and neither believes what it reads.
#include "core/record.h"

#include <gtest/gtest.h>

#include <array>

namespace antidotary {
namespace {

enum class Colour : std::uint8_t { red, green };
std::span<const std::string_view> enum_names(Colour) {
  static constexpr std::array<std::string_view, 2> names = {"red", "green"};
  return names;
}

struct Leaf {
  std::string name;
  std::int32_t number = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("number", self.number);
  }
};

struct Whole {
  bool flag = false;
  Colour colour = Colour::red;
  std::vector<Leaf> leaves;
  std::optional<std::uint64_t> maybe;
  Buffer bytes;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("flag", self.flag);
    visit("colour", self.colour);
    visit("leaves", self.leaves);
    visit("maybe", self.maybe);
    visit("bytes", self.bytes);
  }
};

// The second name is not UTF-8: names on a disk are bytes.
Whole example() {
  return {true, Colour::green, {{"a", -1}, {"b\xff", 2}}, 7, {std::byte{0}, std::byte{255}}};
}

void expect_example(const Whole& whole) {
  EXPECT_TRUE(whole.flag);
  EXPECT_EQ(whole.colour, Colour::green);
  ASSERT_EQ(whole.leaves.size(), 2u);
  EXPECT_EQ(whole.leaves[0].number, -1);
  EXPECT_EQ(whole.leaves[1].name, "b\xff");
  EXPECT_EQ(whole.maybe, 7u);
  EXPECT_EQ(whole.bytes, example().bytes);
}

TEST(Wire, GivesBackWhatWentIn) {
  const auto back = from_wire<Whole>(to_wire(example()));
  ASSERT_TRUE(back.has_value());
  expect_example(*back);
}

TEST(Wire, RefusesEveryTruncationAndAnyExcess) {
  Buffer wire = to_wire(example());
  for (std::size_t size = 0; size < wire.size(); ++size) {
    EXPECT_FALSE(from_wire<Whole>(Bytes(wire).first(size)).has_value()) << size;
  }
  wire.push_back(std::byte{0});
  EXPECT_FALSE(from_wire<Whole>(wire).has_value());
}

TEST(Wire, RefusesAnEnumeratorThatDoesNotExist) {
  Buffer wire = to_wire(example());
  wire[1] = std::byte{2};
  EXPECT_FALSE(from_wire<Whole>(wire).has_value());
}

TEST(Wire, AllocatesNothingForADeclaredCount) {
  Buffer wire = to_wire(example());
  store_u64_le(wire, 2, ~std::uint64_t{0});  // the list's count
  EXPECT_FALSE(from_wire<Whole>(wire).has_value());
}

TEST(JsonRecord, GivesBackWhatWentInThroughText) {
  const std::string text = to_json(example()).dump();
  EXPECT_NE(text.find(R"("name":{"bytes":"62ff"})"), std::string::npos) << text;
  const auto json = Json::parse(text);
  ASSERT_TRUE(json.has_value());
  const auto back = record_from_json<Whole>(*json);
  ASSERT_TRUE(back.has_value()) << back.error().what;
  expect_example(*back);
}

TEST(JsonRecord, NamesTheMemberThatDoesNotFit) {
  const auto missing = record_from_json<Leaf>(*Json::parse(R"({"name":"a"})"));
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().what, "\"number\" is missing");
  const auto wrong = record_from_json<Leaf>(*Json::parse(R"({"name":"a","number":4294967296})"));
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().what, "\"number\" has a value that does not fit");
}

TEST(JsonText, RefusesWhatIsNotJsonAndWhatIsTooDeep) {
  EXPECT_FALSE(Json::parse("{").has_value());
  EXPECT_FALSE(Json::parse("").has_value());
  EXPECT_FALSE(Json::parse(std::string(500, '[') + std::string(500, ']')).has_value());
}

TEST(JsonText, KeepsWholeNumbersOfEitherSign) {
  const auto json = Json::parse("[18446744073709551615,-9223372036854775808]");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->dump(), "[18446744073709551615,-9223372036854775808]");
}

TEST(JsonText, KeepsFractionsWhereverTheyStand) {
  const auto json = Json::parse(R"({"a":[0.5,{"b":2.25}]})");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ(json->dump(), R"({"a":[0.5,{"b":2.25}]})");
  EXPECT_EQ(Json(Json::Array{Json(0.0 / 0.0)}).dump(), "[null]");
}

}  // namespace
}  // namespace antidotary
