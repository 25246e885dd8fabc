// The naive interpreter: the meaning of patterns, as plainly as it can be written.
#include <algorithm>
#include <set>

#include "match/edges.h"
#include "match/program.h"

namespace antidotary::match {
namespace {

using Ends = std::set<std::uint64_t>;

bool fits(const Position& position, bool nocase, std::byte byte) {
  auto value = std::to_integer<std::uint8_t>(byte);
  std::uint8_t wanted = position.value;
  if (nocase && position.mask == 0xff) {
    value = lower_byte(value);
    wanted = lower_byte(wanted);
  }
  return (value & position.mask) == wanted;
}

bool fits(const std::vector<Position>& string, bool nocase, Bytes object, std::uint64_t at) {
  if (at + string.size() > object.size()) return false;
  for (std::size_t i = 0; i < string.size(); ++i) {
    if (!fits(string[i], nocase, object[static_cast<std::size_t>(at) + i])) return false;
  }
  return true;
}

Ends step(const Unit& unit, bool nocase, Bytes object, std::uint64_t at) {
  if (const auto* position = std::get_if<Position>(&unit)) {
    return fits({*position}, nocase, object, at) ? Ends{at + 1} : Ends{};
  }
  if (const auto* edge = std::get_if<Edge>(&unit)) {
    return is_edge(*edge, object, at) ? Ends{at} : Ends{};
  }
  const Choice& choice = std::get<Choice>(unit);
  Ends out;
  for (const auto& string : choice.strings) {
    if (fits(string, nocase, object, at)) out.insert(at + string.size());
  }
  if (!choice.negated) return out;
  const std::uint64_t length = choice.strings.empty() ? 0 : choice.strings[0].size();
  return out.empty() && at + length <= object.size() ? Ends{at + length} : Ends{};
}

Ends part_ends(const Part& part, bool nocase, Bytes object, std::uint64_t begin) {
  Ends ends{begin};
  for (const Unit& unit : part.units) {
    Ends next;
    for (const std::uint64_t end : ends) next.merge(step(unit, nocase, object, end));
    ends = std::move(next);
  }
  return ends;
}

}  // namespace

std::vector<Span> match_naively(const Pattern& pattern, Bytes object) {
  std::vector<Span> out;
  for (std::uint64_t begin = 0; begin <= object.size(); ++begin) {
    Ends ends{begin};
    bool first = true;
    for (const Part& part : pattern.parts) {
      Ends next;
      for (const std::uint64_t end : ends) {
        const std::uint64_t gap_max = first ? 0 : part.gap_max;
        const std::uint64_t gap_min = first ? 0 : part.gap_min;
        for (std::uint64_t gap = gap_min; gap <= gap_max && end + gap <= object.size(); ++gap) {
          next.merge(part_ends(part, pattern.nocase, object, end + gap));
        }
      }
      ends = std::move(next);
      first = false;
    }
    for (const std::uint64_t end : ends) out.push_back({begin, end});
  }
  return out;
}

}  // namespace antidotary::match
