#include "match/pattern.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace antidotary::match {
namespace {

/// How many bits of surprise a byte carries in ordinary files (text, programs, markup mixed), by
/// class. Rough on purpose: it is to tell rare from common, not to fit anybody's files.
double byte_surprise(unsigned char byte) {
  if (byte == 0x00) return 1.5;
  if (byte == 0xff) return 3.5;
  if (byte == ' ' || byte == 'e') return 4.0;
  if (byte == 't' || byte == 'a' || byte == 'i' || byte == 'o' || byte == 'n' || byte == 's' ||
      byte == 'r' || byte == 'l') {
    return 4.5;
  }
  if (byte >= 'a' && byte <= 'z') return 6.0;
  if (byte == '\n' || byte == '.' || byte == '/' || byte == '=' || byte == '"' || byte == '-' ||
      byte == '<' || byte == '>' || byte == '_') {
    return 6.0;
  }
  if (byte >= '0' && byte <= '9') return 6.0;
  if (byte >= 'A' && byte <= 'Z') return 6.5;
  // Bytes that machine code is full of: REX.W, mov, lea, call, small numbers.
  if (byte == 0x48 || byte == 0x89 || byte == 0x8b || byte == 0x01 || byte == 0x24 ||
      byte == 0x0f || byte == 0xe8 || byte == 0x83 || byte == 0x8d) {
    return 5.5;
  }
  return byte < 0x20 ? 7.0 : 8.5;
}

bool is_lower(unsigned char byte) { return byte >= 'a' && byte <= 'z'; }
bool is_letter(unsigned char byte) { return is_lower(byte) || (byte >= 'A' && byte <= 'Z'); }

/// What a byte adds after `previous`: repetition and words are expected, changes of kind are not.
double pair_surprise(unsigned char previous, unsigned char byte) {
  if (byte == previous) return std::min(2.0, byte_surprise(byte));
  double bits = byte_surprise(byte);
  if (is_lower(previous) && is_lower(byte)) bits = std::max(2.5, bits - 1.5);
  // Wide text: a letter beside a NUL is common.
  if ((previous == 0 && is_letter(byte)) || (byte == 0 && is_letter(previous))) {
    bits = std::max(1.0, bits - 1.0);
  }
  return bits;
}

unsigned char as_lower(unsigned char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte + 32) : byte;
}

/// The rarest window of `run` that does not begin with a NUL, where there is one.
Anchor best_window(const std::string& run, bool nocase, std::uint32_t part, std::uint32_t unit) {
  Anchor best;
  best.part = part;
  best.surprise = -1;
  bool best_nul = true;
  for (std::size_t begin = 0; begin < run.size(); ++begin) {
    const std::string_view window = std::string_view(run).substr(begin, anchor_bytes_max);
    // A shorter window at the run's end is no rarer than the one before it.
    if (begin > 0 && window.size() < std::min(anchor_bytes_max, run.size())) break;
    const bool nul = window.front() == '\0';
    const double surprise = surprise_of(window, nocase);
    const bool better = (best_nul && !nul) || (best_nul == nul && surprise > best.surprise);
    if (!better) continue;
    best.bytes = window;
    best.unit = unit + static_cast<std::uint32_t>(begin);
    best.surprise = surprise;
    best_nul = nul;
  }
  return best;
}

void describe_positions(const std::vector<Position>& positions, std::string& out) {
  for (const Position& one : positions) {
    switch (one.mask) {
      case 0xff:
        out += fmt::format("{:02x}", one.value);
        break;
      case 0xf0:
        out += fmt::format("{:x}?", one.value >> 4);
        break;
      case 0x0f:
        out += fmt::format("?{:x}", one.value);
        break;
      default:
        out += "??";
    }
  }
}

bool is_printable(const Unit& unit) {
  const Position* const one = std::get_if<Position>(&unit);
  return one != nullptr && one->mask == 0xff && one->value >= 0x20 && one->value < 0x7f &&
         one->value != '\'';
}

void describe_choice(const Choice& choice, std::string& out) {
  out += choice.negated ? "!(" : "(";
  for (std::size_t i = 0; i < choice.strings.size(); ++i) {
    if (i > 0) out += '|';
    describe_positions(choice.strings[i], out);
  }
  out += ')';
}

void describe_part(const Part& part, std::string& out) {
  constexpr std::size_t text_min = 4;
  static constexpr std::array<std::string_view, 4> edges = {"(B)", "(L)", "(W)", "(W wide)"};
  for (std::size_t i = 0; i < part.units.size();) {
    std::size_t end = i;
    while (end < part.units.size() && is_printable(part.units[end])) ++end;
    if (!out.empty() && out.back() != ' ') out += ' ';
    if (end - i >= text_min) {
      out += '\'';
      for (; i < end; ++i) out += static_cast<char>(std::get<Position>(part.units[i]).value);
      out += '\'';
      continue;
    }
    const Unit& unit = part.units[i++];
    if (const auto* position = std::get_if<Position>(&unit)) {
      describe_positions({*position}, out);
    } else if (const auto* choice = std::get_if<Choice>(&unit)) {
      describe_choice(*choice, out);
    } else {
      const Edge& edge = std::get<Edge>(unit);
      out += edge.negated ? "!" : "";
      out += edges[static_cast<std::size_t>(edge.kind)];
    }
  }
}

}  // namespace

double surprise_of(std::string_view bytes, bool nocase) {
  double bits = 0;
  unsigned char previous = 0;
  bool first = true;
  for (const char one : bytes) {
    const auto byte = static_cast<unsigned char>(one);
    bits += first ? byte_surprise(byte) : pair_surprise(previous, byte);
    if (nocase && is_letter(byte)) bits -= 0.5;
    previous = byte;
    first = false;
  }
  return bits;
}

std::vector<Anchor> anchors(const Pattern& pattern) {
  std::vector<Anchor> out;
  for (std::size_t part = 0; part < pattern.parts.size(); ++part) {
    const std::vector<Unit>& units = pattern.parts[part].units;
    std::string run;
    for (std::size_t i = 0; i <= units.size(); ++i) {
      const Position* const one = i < units.size() ? std::get_if<Position>(&units[i]) : nullptr;
      if (one != nullptr && one->mask == 0xff) {
        run += static_cast<char>(pattern.nocase ? as_lower(one->value) : one->value);
        continue;
      }
      if (!run.empty()) {
        out.push_back(best_window(run, pattern.nocase, static_cast<std::uint32_t>(part),
                                  static_cast<std::uint32_t>(i - run.size())));
      }
      run.clear();
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Anchor& a, const Anchor& b) { return a.surprise > b.surprise; });
  return out;
}

std::string describe(const Pattern& pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.parts.size(); ++i) {
    const Part& part = pattern.parts[i];
    if (i > 0) {
      if (!out.empty()) out += ' ';
      if (part.gap_min == 0 && part.gap_max == unbounded) {
        out += '*';
      } else if (part.gap_max == unbounded) {
        out += fmt::format("{{{}-}}", part.gap_min);
      } else if (part.gap_min == part.gap_max) {
        out += fmt::format("{{{}}}", part.gap_min);
      } else {
        out += fmt::format("{{{}-{}}}", part.gap_min, part.gap_max);
      }
    }
    describe_part(part, out);
  }
  if (pattern.nocase) out += " (either case)";
  return out;
}

}  // namespace antidotary::match
