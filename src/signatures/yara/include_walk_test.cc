#include "signatures/yara/include_walk.h"

#include <gtest/gtest.h>

#include <map>

namespace antidotary::signatures::yara {
namespace {

using Files = std::map<std::string, std::string>;

/// "path=text" of all that is told, in order; "path!" where there is no text.
std::string told(const Files& files, const std::string& root) {
  std::string out;
  const ReadInclude read = [&](const std::string&, const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return fail(ErrorKind::not_found, "no {}", path);
    return found->second;
  };
  walk_includes(root, files.at(root), read,
                [&](const std::string& path, const Result<std::string>& text) {
                  out += path + (text ? "=" + *text : "!") + ";";
                });
  return out;
}

TEST(IncludeWalk, FollowsIncludesOfIncludes) {
  EXPECT_EQ(told({{"r/a.yar", "include \"sub/b.yar\""},
                  {"r/sub/b.yar", "include\n\t\"../c.yar\""},
                  {"r/c.yar", "rule c"}},
                 "r/a.yar"),
            "r/sub/b.yar=include\n\t\"../c.yar\";r/c.yar=rule c;");
}

TEST(IncludeWalk, EndsInALoopAndTellsEachFileOnce) {
  EXPECT_EQ(told({{"a", "include \"b\" include \"b\""}, {"b", "include \"b\""}}, "a"),
            "b=include \"b\";");
}

TEST(IncludeWalk, TellsWhatIsMissing) {
  EXPECT_EQ(told({{"a", "include \"gone\""}}, "a"), "gone!;");
}

TEST(IncludeWalk, TakesNoOtherUseOfTheWord) {
  EXPECT_EQ(told({{"a", "include \"open include included $x include"}}, "a"), "");
}

TEST(IncludeWalk, EndsAtItsLimit) {
  std::string text;
  for (std::size_t i = 0; i < includes_max + 5; ++i) {
    text += "include \"" + std::to_string(i) + "\"\n";
  }
  std::size_t count = 0;
  bool limited = false;
  const ReadInclude read = [](const std::string&, const std::string&) -> Result<std::string> {
    return std::string();
  };
  walk_includes("a", text, read, [&](const std::string&, const Result<std::string>& one) {
    ++count;
    limited = !one && one.error().kind == ErrorKind::budget_spent;
  });
  EXPECT_EQ(count, includes_max + 1);
  EXPECT_TRUE(limited);
}

}  // namespace
}  // namespace antidotary::signatures::yara
