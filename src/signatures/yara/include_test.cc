// Method: paths as texts first, then a folder with everything in it that could lead out of it.
#include "signatures/yara/include.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "files/scratch.h"
#include "signatures/yara/unit.h"

namespace antidotary::signatures::yara {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string resolved(std::string_view from, std::string_view written) {
  const auto path = resolve_include(from, written);
  return path ? *path : path.error().what;
}

TEST(YaraInclude, IsRelativeToTheFileThatSaysIt) {
  EXPECT_EQ(resolved("rules/a.yar", "b.yar"), "rules/b.yar");
  EXPECT_EQ(resolved("rules/a.yar", "./x//b.yar"), "rules/x/b.yar");
  EXPECT_EQ(resolved("rules/x/a.yar", "../b.yar"), "rules/b.yar");
  EXPECT_EQ(resolved("a.yar", "../../b.yar"), "../../b.yar");
  EXPECT_EQ(resolved("/r/a.yar", "b.yar"), "/r/b.yar");
  EXPECT_EQ(resolved("r/a.yar", "/etc/passwd"), "leads out of the folder of the rules");
  EXPECT_EQ(resolved("r/a.yar", ""), "names no file");
  EXPECT_EQ(resolved("r/a.yar", "b\n"), "names no file");
}

TEST(YaraInclude, ReadsNothingOutsideTheFolder) {
  const files::Scratch scratch;
  scratch.file("rules/in.yar", "in");
  scratch.file("rules/sub/deep.yar", "deep");
  scratch.file("rules2/out.yar", "out");
  scratch.file("secret", "secret");
  ASSERT_EQ(symlink("../secret", scratch.path("rules/link.yar").c_str()), 0);
  ASSERT_EQ(symlink("../rules2", scratch.path("rules/linked").c_str()), 0);
  const std::string root = scratch.path("rules/root.yar");
  const auto read = [&](const std::string& written) {
    const auto path = resolve_include(root, written);
    return path ? read_beneath(root, *path) : tl::unexpected(path.error());
  };
  EXPECT_EQ(read("in.yar").value_or("?"), "in");
  EXPECT_EQ(read("sub/deep.yar").value_or("?"), "deep");
  EXPECT_EQ(read("sub/../in.yar").value_or("?"), "in");
  for (const char* out : {"../secret", "../rules2/out.yar", "sub/../../secret", "link.yar",
                          "linked/out.yar", "..", ".", "sub"}) {
    EXPECT_FALSE(read(out).has_value()) << out;
  }
}

/// What a unit refuses, whose included files are `others`.
struct Included {
  std::map<std::string, std::string> others;
  UnitLimits limits = {};

  std::vector<std::string> refused(const std::string& text, std::size_t rules) {
    const auto read = [&](const std::string&, const std::string& path) -> Result<std::string> {
      const auto found = others.find(path);
      if (found == others.end()) return fail(ErrorKind::not_found, "there is no such file");
      return found->second;
    };
    Unit unit(text, "r/a.yar", read, limits);
    EXPECT_TRUE(unit.settle().has_value());
    EXPECT_EQ(unit.rules(), rules);
    std::vector<std::string> out;
    for (const Refused& refused : unit.refused()) {
      out.push_back(std::to_string(refused.line) + ": " + refused.reason);
    }
    return out;
  }
};

TEST(YaraInclude, BringsItsRulesIn) {
  Included files{{{"r/b.yar", "include \"x/c.yar\"\nrule b { condition: c }"},
                  {"r/x/c.yar", "import \"pe\"\nrule c { condition: pe.is_pe }"}}};
  EXPECT_THAT(files.refused("include\n \"b.yar\"\nrule a { condition: b and c }", 3), IsEmpty());
}

TEST(YaraInclude, TellsWhereInAnIncludedFileTheFaultIs) {
  Included files{{{"r/b.yar", "rule b {\n condition: nothing }\nrule c { condition: true }"}}};
  EXPECT_THAT(
      files.refused("\ninclude \"b.yar\"\nrule a { condition: b }\nrule d { condition: c }", 2),
      ElementsAre("2: in r/b.yar, line 2: rule \"b\": undefined identifier \"nothing\"",
                  "3: rule \"a\": depends on rule \"b\", which was refused"));
}

TEST(YaraInclude, RefusesTheLineAloneWhereThereIsNoSuchFile) {
  Included files;
  EXPECT_THAT(
      files.refused("include \"no.yar\"\ninclude \"/etc/passwd\"\nrule a { condition: true }", 1),
      ElementsAre("1: include \"no.yar\": there is no such file",
                  "2: include \"/etc/passwd\": leads out of the folder of the rules"));
}

TEST(YaraInclude, TakesAFileOnce) {
  Included files{{{"r/b.yar", "include \"a.yar\"\ninclude \"c.yar\"\nrule b { condition: c }"},
                  {"r/c.yar", "include \"b.yar\"\nrule c { condition: true }"}}};
  EXPECT_THAT(files.refused("include \"b.yar\"\ninclude \"c.yar\"\ninclude \"./b.yar\"\n"
                            "rule a { condition: b }",
                            3),
              IsEmpty());
}

TEST(YaraInclude, EndsAtItsLimits) {
  Included deep;
  for (int i = 0; i < 40; ++i) {
    deep.others["r/" + std::to_string(i) + ".yar"] = "include \"" + std::to_string(i + 1) +
                                                     ".yar\"\nrule r" + std::to_string(i) +
                                                     " { condition: true }";
  }
  EXPECT_THAT(deep.refused("include \"0.yar\"", 15),
              ElementsAre(HasSubstr("includes are nested deeper than 16")));
  Included large{{{"r/b.yar", std::string(1000, ' ')}}};
  large.limits.bytes_max = 500;
  EXPECT_THAT(large.refused("include \"b.yar\"\nrule a { condition: true }", 1),
              ElementsAre(HasSubstr("or 500 bytes are included")));
  large.limits = {};
  large.limits.files_max = 1;
  EXPECT_THAT(large.refused("include \"b.yar\"\nrule a { condition: true }", 1),
              ElementsAre(HasSubstr("more than 1 files")));
  Included bounded;
  bounded.limits.attempts_max = 1;
  EXPECT_THAT(bounded.refused("rule a { condition: x }\nrule b { condition: true }", 0),
              ElementsAre(HasSubstr("undefined"), HasSubstr("too much in this file is wrong")));
  bounded.limits = {};
  bounded.limits.looks_max = 0;
  EXPECT_EQ(bounded.refused("rule a { condition: x }\nrule b { condition: y }", 0).size(), 2U);
}

}  // namespace
}  // namespace antidotary::signatures::yara
