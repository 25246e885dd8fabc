#include "match/run_units.h"

#include <algorithm>
#include <cstring>

#include "core/reader.h"
#include "match/code.h"
#include "match/edges.h"

namespace antidotary::match {
namespace {

using code::Op;

std::uint8_t octet(Bytes bytes, std::size_t at) { return std::to_integer<std::uint8_t>(bytes[at]); }

/// One unit or run of units, decoded: its own bytes in the code, and how far the next one is.
struct Step {
  Op op = Op::any;
  std::size_t count = 0;  ///< Bytes taken, but for choices and edges: number of strings; none.
  bool negated = false;
  Edge edge;
  Bytes data;
  std::size_t next = 0;
};

/// False where the code ends or is damaged.
bool decode(Bytes units, std::size_t at, Step& out, Effort& effort) {
  if (at >= units.size()) return false;
  effort.damaged = true;  // until it is known not to be
  const std::uint8_t op = octet(units, at);
  if (op > static_cast<std::uint8_t>(Op::edge)) return false;
  out.op = static_cast<Op>(op);
  const std::size_t left = units.size() - at;
  if (out.op == Op::edge) {
    if (left < 4 || octet(units, at + 1) > 3) return false;
    out.edge = {static_cast<Edge::Kind>(octet(units, at + 1)), octet(units, at + 2) != 0,
                octet(units, at + 3) != 0};
    out.next = at + 4;
  } else if (out.op == Op::choice) {
    if (left < 4) return false;
    out.negated = octet(units, at + 1) != 0;
    out.count = load_u16_le(units, at + 2);
    std::size_t end = at + 4;
    for (std::size_t i = 0; i < out.count; ++i) {
      if (units.size() - end < 2) return false;
      const std::size_t bytes = std::size_t{load_u16_le(units, end)} * 2 + 2;
      if (units.size() - end < bytes) return false;
      end += bytes;
    }
    out.data = units.subspan(at + 4, end - at - 4);
    out.next = end;
  } else {
    if (left < 3) return false;
    out.count = load_u16_le(units, at + 1);
    const std::size_t bytes = out.op == Op::any      ? 0
                              : out.op == Op::masked ? out.count * 2
                                                     : out.count;
    if (left - 3 < bytes) return false;
    out.data = units.subspan(at + 3, bytes);
    out.next = at + 3 + bytes;
  }
  effort.damaged = false;
  return true;
}

bool fits_masked(Bytes string, std::size_t count, Bytes object, std::size_t at) {
  for (std::size_t i = 0; i < count; ++i) {
    if ((octet(object, at + i) & octet(string, 2 * i + 1)) != octet(string, 2 * i)) return false;
  }
  return true;
}

bool fits_nocase(Bytes string, Bytes object, std::size_t at) {
  for (std::size_t i = 0; i < string.size(); ++i) {
    if (lower_byte(octet(object, at + i)) != octet(string, i)) return false;
  }
  return true;
}

/// A run at one place; `at` moves behind it.
bool run_step(const Step& step, Bytes object, std::uint64_t& at, Effort& effort) {
  ++effort.steps;
  if (step.op == Op::edge) return is_edge(step.edge, object, at);
  if (object.size() - at < step.count) return false;
  const auto place = static_cast<std::size_t>(at);
  at += step.count;
  switch (step.op) {
    case Op::exact:
      return step.count == 0 || std::memcmp(&object[place], step.data.data(), step.count) == 0;
    case Op::exact_nocase:
      return fits_nocase(step.data, object, place);
    case Op::masked:
      return fits_masked(step.data, step.count, object, place);
    default:
      return true;
  }
}

/// Calls `end` with where each string of the choice that fits at `at` ends; a negated choice ends
/// once, where none fits.
template <class End>
void run_choice(const Step& step, Bytes object, std::uint64_t at, Effort& effort, End end) {
  std::size_t data_at = 0;
  bool any = false;
  std::size_t count = 0;
  for (std::size_t i = 0; i < step.count; ++i) {
    count = load_u16_le(step.data, data_at);
    const Bytes string = step.data.subspan(data_at + 2, count * 2);
    data_at += 2 + count * 2;
    ++effort.steps;
    if (object.size() - at < count) continue;
    if (!fits_masked(string, count, object, static_cast<std::size_t>(at))) continue;
    any = true;
    if (!step.negated) end(at + count);
  }
  if (step.negated && !any && object.size() - at >= count) end(at + count);
}

}  // namespace

bool run_fixed(const PartView& part, Bytes object, std::uint64_t begin, std::uint64_t& end,
               Effort& effort) {
  if (begin > object.size()) return false;
  Step step;
  std::uint64_t at = begin;
  for (std::size_t code_at = 0; decode(part.units, code_at, step, effort); code_at = step.next) {
    if (step.op != Op::choice) {
      if (!run_step(step, object, at, effort)) return false;
      continue;
    }
    bool any = false;
    std::uint64_t next = at;
    run_choice(step, object, at, effort, [&](std::uint64_t one) {
      any = true;
      next = one;
    });
    if (!any) return false;
    at = next;
  }
  end = at;
  return !effort.damaged;
}

void run_varying(const PartView& part, Bytes object, std::uint64_t begin,
                 std::vector<std::uint64_t>& ends, Effort& effort) {
  ends.clear();
  if (begin > object.size()) return;
  ends.push_back(begin);
  std::vector<std::uint64_t> next;
  Step step;
  for (std::size_t code_at = 0; decode(part.units, code_at, step, effort); code_at = step.next) {
    next.clear();
    for (std::uint64_t at : ends) {
      if (step.op == Op::choice) {
        run_choice(step, object, at, effort, [&](std::uint64_t one) { next.push_back(one); });
      } else if (run_step(step, object, at, effort)) {
        next.push_back(at);
      }
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    ends.swap(next);
    if (ends.empty()) return;
  }
  if (effort.damaged) ends.clear();
}

Bytes key_of(const PartView& part) {
  if (part.key_length == 0) return {};
  Effort effort;
  Step step;
  std::size_t distance = 0;
  for (std::size_t at = 0; decode(part.units, at, step, effort); at = step.next) {
    if (step.op == Op::choice) {
      // The key lies at a fixed distance: all strings before it have one length.
      distance += step.data.size() < 2 ? 0 : load_u16_le(step.data, 0);
      continue;
    }
    if (step.op == Op::edge) continue;
    const bool exact = step.op == Op::exact || step.op == Op::exact_nocase;
    if (exact && distance == part.key_distance) {
      return step.data.first(std::min<std::size_t>(step.data.size(), part.key_length));
    }
    distance += step.count;
  }
  return {};
}

}  // namespace antidotary::match
