// Sheet: widths, line breaking, tones.
#include "publish/sheet.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace antidotary::publish {
namespace {

constexpr std::uint32_t columns_min = 40;
// Longer lines are hard to read, however wide the terminal is.
constexpr std::uint32_t columns_max = 100;
constexpr std::size_t label_width_max = 24;

constexpr bool is_tone(char c) { return c >= 1 && c <= 6; }
constexpr char code_of(Tone tone) { return static_cast<char>(static_cast<int>(tone) + 1); }

constexpr std::array<std::string_view, 6> ansi = {"\x1b[0m",  "\x1b[1m",  "\x1b[2m",
                                                  "\x1b[31m", "\x1b[33m", "\x1b[32m"};

int width_of_code_point(char32_t c) {
  if (c < 0x300) return 1;
  if (c <= 0x36f || (c >= 0x200b && c <= 0x200f)) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                    (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
                    (c >= 0x20000 && c <= 0x3fffd);
  return wide ? 2 : 1;
}

// Bytes of `word` that fit into `width` columns: at least one character, after a mark if one is
// in the last two thirds.
std::size_t cut_of(std::string_view word, std::size_t width) {
  constexpr std::string_view marks = "\\/,;&=?-_.:";
  std::size_t used = 0;
  std::size_t good = 0;
  for (std::size_t at = 0; at < word.size();) {
    std::size_t next = at;
    const bool tone = is_tone(word[at]);
    const char32_t c = tone ? (++next, U'\0') : next_code_point(word, next);
    used += tone ? 0 : static_cast<std::size_t>(width_of_code_point(c));
    if (used > width && at > 0) return good > 0 ? good : at;
    if (used > width / 3 && c < 0x80 && marks.find(static_cast<char>(c)) != marks.npos) good = next;
    at = next;
  }
  return word.size();
}

}  // namespace

Words::Words(std::string_view raw, Tone tone) {
  std::string flat(raw);
  for (char& c : flat) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  const std::string safe = escape_for_terminal(flat);
  if (safe.empty()) return;
  if (tone == Tone::plain) {
    coded_ = safe;
  } else {
    coded_ = code_of(tone) + safe + code_of(Tone::plain);
  }
}

std::size_t width_of(std::string_view coded) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < coded.size();) {
    if (is_tone(coded[at])) {
      ++at;
    } else {
      width += static_cast<std::size_t>(width_of_code_point(next_code_point(coded, at)));
    }
  }
  return width;
}

std::vector<std::string> lines_of(std::string_view coded, std::size_t width) {
  width = std::max<std::size_t>(width, 2);
  std::vector<std::string> lines;
  std::string line;
  std::size_t used = 0;
  for (std::string_view word : split(coded, ' ')) {
    if (word.empty()) continue;
    const std::size_t wide = width_of(word);
    if (!line.empty() && used + 1 + wide > width) {
      lines.push_back(std::exchange(line, {}));
      used = 0;
    }
    if (!line.empty()) {
      line += ' ';
      ++used;
    }
    while (used + width_of(word) > width) {
      const std::size_t cut = cut_of(word, width - used);
      lines.push_back(line + std::string(word.substr(0, cut)));
      line.clear();
      used = 0;
      word.remove_prefix(cut);
    }
    line += word;
    used += width_of(word);
  }
  if (!line.empty() || lines.empty()) lines.push_back(line);
  return lines;
}

Sheet::Sheet(const Paper& paper)
    : columns_(std::clamp(paper.columns, columns_min, columns_max)), colour_(paper.colour) {}

void Sheet::line(std::string_view coded) {
  // A tone that is open at the end of a line was closed there and opened again by hang().
  for (const char c : coded) {
    if (!is_tone(c)) {
      out_.push_back(c);
    } else if (colour_) {
      out_ += ansi[static_cast<std::size_t>(c - 1)];
    }
  }
  while (out_.ends_with(' ')) out_.pop_back();
  out_.push_back('\n');
}

void Sheet::blank() {
  if (!out_.empty() && !out_.ends_with("\n\n")) out_.push_back('\n');
}

// `first` stands at `indent` on the first line; all lines of text begin at `text_at`.
void Sheet::hang(std::string_view first, std::string_view coded, std::uint32_t indent,
                 std::uint32_t text_at) {
  std::string lead = std::string(indent, ' ') + std::string(first);
  const std::size_t lead_width = indent + width_of(first);
  if (lead_width < text_at) lead.append(text_at - lead_width, ' ');
  char tone = code_of(Tone::plain);
  bool top = true;
  for (const std::string& text : lines_of(coded, columns_ - std::min(text_at, columns_ - 10))) {
    std::string whole = top ? lead : std::string(text_at, ' ');
    if (tone != code_of(Tone::plain)) whole += tone;
    whole += text;
    for (const char c : text) {
      if (is_tone(c)) tone = c;
    }
    if (tone != code_of(Tone::plain)) whole += code_of(Tone::plain);
    line(whole);
    top = false;
  }
}

void Sheet::title(const Words& words) {
  for (const std::string& text : lines_of(words.coded(), columns_)) {
    line(code_of(Tone::bold) + text + code_of(Tone::plain));
  }
  line(std::string(std::min<std::size_t>(width_of(words.coded()), columns_), '='));
}

void Sheet::heading(std::string_view text) {
  blank();
  std::string upper;
  for (std::size_t at = 0; at < text.size();)
    append_utf8(upper, upper_case(next_code_point(text, at)));
  hang("", Words(upper, Tone::bold).coded(), 0, 0);
}

void Sheet::subheading(std::string_view text) {
  blank();
  hang("", Words(text, Tone::bold).coded(), 2, 2);
}

void Sheet::paragraph(const Words& words, std::uint32_t indent) {
  hang("", words.coded(), indent, indent);
}

void Sheet::item(const Words& marker, const Words& words, std::uint32_t indent) {
  const auto text_at = indent + static_cast<std::uint32_t>(width_of(marker.coded())) + 1;
  hang(marker.coded(), words.coded(), indent, text_at);
}

void Sheet::rows(const std::vector<std::pair<Words, Words>>& table, std::uint32_t indent) {
  std::size_t widest = 0;
  for (const auto& [label, text] : table) {
    const std::size_t width = width_of(label.coded());
    if (width <= label_width_max) widest = std::max(widest, width);
  }
  const auto text_at = indent + static_cast<std::uint32_t>(widest) + 2;
  for (const auto& [label, text] : table) {
    if (width_of(label.coded()) > widest) {
      hang("", label.coded(), indent, indent);
      hang("", text.coded(), text_at, text_at);
    } else {
      hang(label.coded(), text.coded(), indent, text_at);
    }
  }
}

std::string wrap(std::string_view text, std::uint32_t columns, std::uint32_t indent) {
  const std::size_t width = columns > indent + columns_min / 2 ? columns - indent : columns_min / 2;
  std::string out;
  for (const std::string_view paragraph : split(text, '\n')) {
    for (const std::string& line : lines_of(paragraph, width)) {
      if (!line.empty()) out += std::string(indent, ' ') + line;
      out.push_back('\n');
    }
  }
  return out;
}

}  // namespace antidotary::publish
