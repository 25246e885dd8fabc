// Property: the parts of any text lie in it in order, without overlap, and lines count as the
// text's line ends do; of a text without stray words any part can be taken out, and the others stay
// as they were.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/demand.h"
#include "signatures/yara/split.h"

namespace {

using namespace antidotary;
using namespace antidotary::signatures::yara;

std::uint32_t line_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  return 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = to_string(view_of(data, size));
  const std::vector<Part> parts = split(text);
  std::size_t end = 0;
  for (const Part& part : parts) {
    demand(part.begin >= end && part.begin < part.end && part.end <= text.size());
    demand(part.first_line == line_of(text, part.begin));
    demand(part.last_line == line_of(text, part.end));
    end = part.end;
    mentions(std::string_view(text).substr(part.begin, part.end - part.begin));
  }
  // Stray words may come to mean something when what parted them is gone.
  const auto stray = [](const Part& part) { return part.kind == Part::Kind::stray; };
  if (parts.empty() || std::any_of(parts.begin(), parts.end(), stray)) return 0;
  const std::size_t out = size % parts.size();
  std::string less = text;
  blank(less, parts[out].begin, parts[out].end);
  const std::vector<Part> rest = split(less);
  demand(rest.size() + 1 == parts.size());
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const Part& was = parts[i < out ? i : i + 1];
    demand(rest[i].kind == was.kind && rest[i].begin == was.begin && rest[i].end == was.end);
  }
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  constexpr std::string_view seeds[] = {
      "import \"pe\"\nprivate rule a : t { meta: x = \"}\" strings: $a = /\\/}/i $b = { 61 [2-] }\n"
      "condition: any of them }\nrule b { condition: a and pe.is_dll() }",
      "rule a { condition: true\nglobal rule b { strings: $s = \"x\ncondition: $s }\n// c\n/* d */",
      "include \"x\" stray } rule c { condition: 1 of (a*) }",
  };
  if (index >= std::size(seeds)) return 0;
  out.assign(seeds[index].begin(), seeds[index].end());
  return 1;
}
