// Random patterns and objects over a small alphabet, for the differential tests of this room. Not
// part of the library.
#pragma once

#include <algorithm>
#include <random>
#include <string>

#include "match/pattern.h"
#include "match/program.h"

namespace antidotary::match {

class RandomPatterns {
 public:
  /// How much of each there is at most.
  struct Sizes {
    std::size_t parts = 3;
    std::size_t units = 3;    ///< Of one part.
    std::size_t strings = 3;  ///< Of one choice.
    std::size_t string_bytes = 2;
    std::size_t gap = 2;
    std::size_t object_bytes = 9;
  };

  explicit RandomPatterns(std::uint64_t seed) : RandomPatterns(seed, Sizes{}) {}
  RandomPatterns(std::uint64_t seed, const Sizes& sizes) : random_(seed), sizes_(sizes) {}

  Pattern pattern() {
    Pattern out;
    out.nocase = chance(5);
    const std::size_t parts = 1 + below(sizes_.parts);
    for (std::size_t i = 0; i < parts; ++i) {
      Part part;
      if (i > 0) {
        part.gap_min = below(sizes_.gap + 1);
        part.gap_max = chance(3) ? unbounded : part.gap_min + below(sizes_.gap + 1);
      }
      const std::size_t units = 1 + below(sizes_.units);
      if (i == 0 && chance(8)) part.units.push_back(edge(false));
      for (std::size_t k = 0; k < units; ++k) part.units.push_back(unit());
      if (i + 1 == parts && chance(8)) part.units.push_back(edge(true));
      out.parts.push_back(std::move(part));
    }
    return out;
  }

  std::string object() {
    std::string out;
    const std::size_t size = below(sizes_.object_bytes + 1);
    for (std::size_t i = 0; i < size; ++i) out += letter();
    return out;
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

 private:
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  char letter() { return "abA\n"[below(chance(3) ? 4 : 2)]; }
  Position exact() { return {static_cast<std::uint8_t>(letter()), 0xff}; }
  Position position() {
    switch (below(8)) {
      case 0:
        return {0, 0};
      case 1:
        return {0x60, 0xf0};
      case 2:
        return {0x01, 0x0f};
      default:
        return exact();
    }
  }
  Unit edge(bool after) { return Edge{static_cast<Edge::Kind>(below(4)), chance(3), after}; }
  Unit unit() {
    if (!chance(5)) return position();
    Choice choice;
    choice.negated = chance(3);
    const std::size_t length = 1 + below(sizes_.string_bytes);
    const std::size_t strings = 1 + below(sizes_.strings);
    for (std::size_t i = 0; i < strings; ++i) {
      auto& string = choice.strings.emplace_back();
      const std::size_t size = choice.negated ? length : 1 + below(sizes_.string_bytes);
      for (std::size_t k = 0; k < size; ++k) string.push_back(position());
    }
    return choice;
  }

  std::mt19937_64 random_;
  Sizes sizes_;
};

/// What all anchor places of `pattern` by `anchor` yield together: the ends, sorted, once each.
struct Found {
  bool any = false;
  std::vector<std::uint64_t> ends;
  std::vector<Span> spans;
};

inline Found find_all(const Program& program, Bytes object, const Window& window) {
  Found out;
  Budget budget;
  const Bytes anchor = program.anchor();
  for (std::uint64_t at = 0; at + anchor.size() <= object.size(); ++at) {
    bool here = true;
    for (std::size_t i = 0; i < anchor.size() && here; ++i) {
      auto byte = std::to_integer<std::uint8_t>(object[static_cast<std::size_t>(at) + i]);
      if (program.nocase() && byte >= 'A' && byte <= 'Z')
        byte = static_cast<std::uint8_t>(byte + 32);
      here = byte == std::to_integer<std::uint8_t>(anchor[i]);
    }
    if (!here) continue;
    const auto span = program.match_at(object, at, window, budget);
    if (span && *span) {
      out.any = true;
      out.spans.push_back(**span);
    }
    (void)program.ends_at(object, at, window, budget, out.ends);
  }
  std::sort(out.ends.begin(), out.ends.end());
  out.ends.erase(std::unique(out.ends.begin(), out.ends.end()), out.ends.end());
  return out;
}

/// Compares the program with the naive interpreter on one pattern and object, by every anchor and
/// two windows. Yields how many comparisons were made, or 0 and says why in `why`.
inline std::size_t compare(const Pattern& pattern, const std::string& text, std::string& why) {
  const Bytes object = as_bytes(std::string_view(text));
  const std::vector<Span> naive = match_naively(pattern, object);
  std::size_t comparisons = 1;
  for (const Anchor& anchor : anchors(pattern)) {
    const auto code = compile(pattern, anchor);
    if (!code) {
      why = code.error().what;
      return 0;
    }
    const auto program = Program::open(*code);
    for (const Window& window : {Window{}, Window{1, 3}}) {
      std::vector<std::uint64_t> ends;
      for (const Span& span : naive) {
        if (span.begin >= window.lo && span.begin <= window.hi) ends.push_back(span.end);
      }
      std::sort(ends.begin(), ends.end());
      ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
      const Found found = find_all(*program, object, window);
      bool real = true;
      for (const Span& span : found.spans) {
        real = real && std::find(naive.begin(), naive.end(), span) != naive.end();
      }
      if (found.ends != ends || found.any != !ends.empty() || !real) {
        why = describe(pattern) + " in '" + text + "' by part " + std::to_string(anchor.part);
        return 0;
      }
      ++comparisons;
    }
  }
  return comparisons;
}

}  // namespace antidotary::match
