#include "formats/xml_root.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace antidotary::formats {
namespace {

constexpr std::string_view white = " \t\r\n";

/// Moves behind `end`, or to the text's end, where `begin` stands at its front.
bool skipped(std::string_view& text, std::string_view begin, std::string_view end) {
  if (!text.starts_with(begin)) return false;
  const std::size_t at = text.find(end, begin.size());
  text.remove_prefix(at == text.npos ? text.size() : at + end.size());
  return true;
}

bool skipped_markup(std::string_view& text) {
  return skipped(text, "<!--", "-->") || skipped(text, "<?", "?>");
}

/// A DOCTYPE ends at the first '>' that stands neither in quotes nor in its brackets.
bool skipped_doctype(std::string_view& text) {
  constexpr std::string_view begin = "<!doctype";
  if (!equal_ascii_ignoring_case(text.substr(0, begin.size()), begin)) return false;
  text.remove_prefix(begin.size());
  bool subset = false;
  while (!text.empty()) {
    if (skipped_markup(text)) continue;
    const char c = text.front();
    if ((c == '"' || c == '\'') && skipped(text, text.substr(0, 1), text.substr(0, 1))) continue;
    text.remove_prefix(1);
    if (c == '[' || c == ']') subset = c == '[';
    if (c == '>' && !subset) break;
  }
  return true;
}

}  // namespace

XmlRoot xml_root(std::string_view text) {
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(white), text.size()));
    if (text.empty()) return {{}, true};
    if (!skipped_markup(text) && !skipped_doctype(text)) break;
  }
  if (text.front() != '<') return {};
  const std::size_t end = text.find_first_of(" \t\r\n/>", 1);
  if (end == text.npos) return {};
  const std::string_view name = text.substr(1, end - 1);
  return {name.substr(name.find(':') + 1), false};
}

}  // namespace antidotary::formats
