// Property: whatever bytes arrive as a program's code, it runs within its object and is paid for;
// and whatever pattern the bytes describe, its program finds what the naive interpreter finds.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/demand.h"
#include "match/random_pattern.h"

namespace {

using namespace antidotary;
using namespace antidotary::match;

/// The input byte by byte; zeros behind its end.
class Taker {
 public:
  explicit Taker(Bytes bytes) : rest_(bytes) {}
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto out = std::to_integer<std::uint8_t>(rest_[0]);
    rest_ = rest_.subspan(1);
    return out;
  }
  std::size_t below(std::size_t bound) { return byte() % bound; }
  Bytes rest(std::size_t most) const { return rest_.first(std::min(rest_.size(), most)); }
  Bytes take(std::size_t most) {
    const Bytes out = rest(most);
    rest_ = rest_.subspan(out.size());
    return out;
  }

 private:
  Bytes rest_;
};

Position position_of(Taker& taker) {
  static constexpr std::uint8_t masks[] = {0xff, 0xff, 0xff, 0xf0, 0x0f, 0x00};
  const std::uint8_t mask = masks[taker.below(std::size(masks))];
  return {static_cast<std::uint8_t>(taker.byte() & mask), mask};
}

Unit unit_of(Taker& taker) {
  const std::size_t kind = taker.below(8);
  if (kind == 0) {
    const std::uint8_t bits = taker.byte();
    return Edge{static_cast<Edge::Kind>(bits & 3), (bits & 4) != 0, (bits & 8) != 0};
  }
  if (kind > 2) return position_of(taker);
  Choice out;
  out.negated = kind == 2;
  const std::size_t length = 1 + taker.below(3);
  out.strings.resize(1 + taker.below(4));
  for (auto& string : out.strings) {
    const std::size_t size = out.negated ? length : 1 + taker.below(3);
    for (std::size_t i = 0; i < size; ++i) string.push_back(position_of(taker));
  }
  return out;
}

Pattern pattern_of(Taker& taker) {
  Pattern out;
  out.nocase = taker.below(2) == 1;
  out.parts.resize(1 + taker.below(4));
  for (std::size_t i = 0; i < out.parts.size(); ++i) {
    Part& part = out.parts[i];
    if (i > 0) {
      part.gap_min = taker.below(6);
      const std::size_t more = taker.below(8);
      part.gap_max = more == 7 ? unbounded : part.gap_min + more;
    }
    part.units.resize(1 + taker.below(5));
    for (Unit& unit : part.units) unit = unit_of(taker);
  }
  return out;
}

void check_agreement(Taker taker) {
  const Pattern pattern = pattern_of(taker);
  std::string why;
  demand(compare(pattern, to_string(taker.rest(40)), why) > 0);
}

void check_code(Bytes code, Bytes object) {
  const auto program = Program::open(code);
  if (!program) return;
  demand(!program->anchor().empty() && program->anchor().size() <= anchor_bytes_max);
  Limits limits;
  limits.steps_max = 2'000'000;
  for (std::uint64_t at = 0; at <= object.size(); ++at) {
    Budget budget(limits);
    const Window window{at % 3 == 0 ? 0 : at / 2, at % 3 == 1 ? at : unbounded};
    const auto span = program->match_at(object, at, window, budget);
    if (span && *span) demand((*span)->begin <= (*span)->end && (*span)->end <= object.size());
    std::vector<std::uint64_t> ends;
    const auto counted = program->ends_at(object, at, window, budget, ends);
    demand(std::all_of(ends.begin(), ends.end(), [&](auto end) { return end <= object.size(); }));
    // One that is found is among all; only damage and an empty purse hide any.
    if (span && *span && counted) demand(!ends.empty());
    if (budget.spent()) return;
  }
}

/// The first byte says how long the code is, in sixteenths of the rest; the object follows it.
void check_any_code(Taker taker) {
  const std::size_t sixteenths = 1 + taker.below(15);
  const Bytes code = taker.take(taker.rest(~std::size_t{0}).size() * sixteenths / 16);
  check_code(code, taker.rest(256));
}

/// The code of a pattern in which some bytes are others.
void check_damaged_code(Taker taker) {
  const Pattern pattern = pattern_of(taker);
  const auto places = anchors(pattern);
  if (places.empty()) return;
  Buffer code = compile(pattern, places.front()).value();
  for (std::size_t changes = taker.below(8); changes > 0; --changes) {
    const std::size_t at = taker.byte() * std::size_t{256} + taker.byte();
    code[at % code.size()] = static_cast<std::byte>(taker.byte());
  }
  check_code(code, taker.rest(256));
}

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index >= 8) return 0;
  RandomPatterns random(index);
  Pattern pattern = random.pattern();
  while (anchors(pattern).empty()) pattern = random.pattern();
  const Buffer code = compile(pattern, anchors(pattern).front()).value();
  const std::string object = random.object() + random.object() + random.object();
  // As many sixteenths as hold the code; what is left of them belongs to the object.
  out.assign({0, 14});
  const auto* const octets = as_octets(Bytes(code));
  out.insert(out.end(), octets, octets + code.size());
  out.insert(out.end(), object.begin(), object.end());
  out.resize(2 + (code.size() * 16 + 14) / 15 + 1, 'a');
  return 1;
}

// The first byte chooses between any code, a pattern and a pattern's damaged code.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Taker taker(view_of(data, size));
  switch (taker.below(3)) {
    case 0:
      check_any_code(taker);
      break;
    case 1:
      check_agreement(taker);
      break;
    default:
      check_damaged_code(taker);
  }
  return 0;
}
