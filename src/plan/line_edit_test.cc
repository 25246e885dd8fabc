#include "plan/line_edit.h"

#include <gtest/gtest.h>

#include <string>

namespace antidotary::plan {
namespace {

/// `line` with the part between bars.
host::LineFact fact(std::string line) {
  host::LineFact out;
  const std::size_t begin = line.find('|'), end = line.find('|', begin + 1);
  out.part_offset = begin;
  out.part_size = end - begin - 1;
  line.erase(end, 1).erase(begin, 1);
  out.offset = 7;
  out.line = to_buffer(as_bytes(line));
  return out;
}

std::string shown(const std::optional<ByteEdit>& edit) {
  return edit ? std::string(as_text(edit->after)) : "nothing";
}

TEST(LineEdit, PutsTheOldTextBackAndBlanksBehindIt) {
  const host::LineFact shell = fact("shell=|explorer.exe w.exe| ");
  const auto edit = replace_part(shell, "explorer.exe");
  EXPECT_EQ(shown(edit), "shell=explorer.exe       ");
  EXPECT_EQ(edit->before, shell.line);
  EXPECT_EQ(edit->offset, 7u);
  EXPECT_EQ(shown(replace_part(fact("|a b|"), "")), "   ");
}

TEST(LineEdit, NeverMakesALineLonger) {
  EXPECT_EQ(shown(replace_part(fact("shell=|w.exe|"), "explorer.exe")), "nothing");
}

TEST(LineEdit, RefusesAPartThatDoesNotLieInItsLine) {
  for (const auto& [offset, size] : {std::pair<std::uint64_t, std::uint64_t>{0, 99},
                                     {99, 0},
                                     {1, ~std::uint64_t{0}},
                                     {~std::uint64_t{0}, 1}}) {
    host::LineFact wrong = fact("run=|a.exe|");
    wrong.part_offset = offset;
    wrong.part_size = size;
    EXPECT_EQ(shown(replace_part(wrong, "")), "nothing") << offset;
    EXPECT_EQ(shown(take_from_list(wrong)), "nothing") << offset;
  }
}

TEST(LineEdit, TakesOneProgramAndOneCommaFromAList) {
  EXPECT_EQ(shown(take_from_list(fact("run=|w.exe|"))), "run=     ");
  EXPECT_EQ(shown(take_from_list(fact("run=a.exe |w.exe| b.exe"))), "run=a.exe       b.exe");
  EXPECT_EQ(shown(take_from_list(fact("run=a.exe, |w.exe|, b.exe"))), "run=a.exe,        b.exe");
  EXPECT_EQ(shown(take_from_list(fact("run=a.exe , |w.exe|"))), "run=a.exe        ");
  EXPECT_EQ(shown(take_from_list(fact("run=|w.exe| ,b.exe"))), "run=       b.exe");
}

}  // namespace
}  // namespace antidotary::plan
