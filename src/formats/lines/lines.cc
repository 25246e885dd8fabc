#include "formats/lines/lines.h"

#include <algorithm>

#include "core/text.h"

namespace antidotary::lines {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

Part trimmed(std::string_view text, Part part) {
  while (part.size > 0 && is_blank(text[part.offset])) {
    ++part.offset;
    --part.size;
  }
  while (part.size > 0 && is_blank(text[part.offset + part.size - 1])) --part.size;
  return part;
}

}  // namespace

bool is_plain(std::string_view text) {
  return !text.starts_with("\xff\xfe") && !text.starts_with("\xfe\xff") &&
         text.find('\0') == text.npos;
}

std::optional<Part> Cursor::next() {
  if (at_ >= text_.size()) return std::nullopt;
  const std::size_t end = std::min(text_.find_first_of("\r\n", at_), text_.size());
  const Part line = {at_, end - at_};
  at_ = text_.substr(end).starts_with("\r\n") ? end + 2 : end + 1;
  return line;
}

std::vector<Setting> settings(std::string_view text, std::string_view section,
                              std::string_view name) {
  std::vector<Setting> out;
  bool inside = false;
  Cursor cursor(text);
  for (auto next = cursor.next(); next && out.size() < settings_max; next = cursor.next()) {
    const Part line = *next;
    const Part kept = trimmed(text, line);
    const std::string_view shown = kept.of(text);
    if (shown.starts_with('[')) {
      inside = equal_ascii_ignoring_case(trim(shown.substr(1, shown.find(']') - 1)), section);
      continue;
    }
    const std::size_t equals = shown.find('=');
    if (!inside || equals == shown.npos || shown.starts_with(';')) continue;
    const Part left = trimmed(text, {kept.offset, equals});
    if (!name.empty() && !equal_ascii_ignoring_case(left.of(text), name)) continue;
    const Part right = {kept.offset + equals + 1, kept.size - equals - 1};
    out.push_back({line, left, trimmed(text, right)});
  }
  return out;
}

std::vector<Part> words(std::string_view text, Part value) {
  std::vector<Part> out;
  const std::size_t end = value.offset + value.size;
  for (std::size_t at = value.offset; at < end;) {
    if (is_blank(text[at]) || text[at] == ',') {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    bool quoted = false;
    for (; at < end && (quoted || (!is_blank(text[at]) && text[at] != ',')); ++at) {
      if (text[at] == '"') quoted = !quoted;
    }
    out.push_back({begin, at - begin});
  }
  return out;
}

}  // namespace antidotary::lines
