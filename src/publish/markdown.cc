// Sheet, continued: Markdown, as much of it as entries use.
#include "core/text.h"
#include "publish/sheet.h"

namespace antidotary::publish {
namespace {

// Spans: **bold** and `code` become bold words, [text](address) becomes "text (address)".
Words spans(std::string_view text) {
  Words out;
  std::string plain;
  const auto flush = [&] {
    if (!plain.empty()) out += Words(std::exchange(plain, {}));
  };
  while (!text.empty()) {
    const std::string_view fence = text.starts_with("**") ? "**" : text.starts_with("`") ? "`" : "";
    const std::size_t end = fence.empty() ? text.npos : text.substr(fence.size()).find(fence);
    if (!fence.empty() && end != text.npos && end > 0) {
      flush();
      out += Words(text.substr(fence.size(), end), Tone::bold);
      text.remove_prefix(end + 2 * fence.size());
      continue;
    }
    const std::size_t middle = text.starts_with("[") ? text.find("](") : text.npos;
    const std::size_t close = middle == text.npos ? text.npos : text.find(')', middle);
    if (close != text.npos) {
      plain += text.substr(1, middle - 1);
      plain += " (" + std::string(text.substr(middle + 2, close - middle - 2)) + ")";
      text.remove_prefix(close + 1);
      continue;
    }
    plain.push_back(text.front());
    text.remove_prefix(1);
  }
  flush();
  return out;
}

// "- x" and "* x" have the marker "-"; "12. x" has "12."; anything else none.
std::string marker_of(std::string_view line) {
  if (line.starts_with("- ") || line.starts_with("* ")) return "-";
  std::size_t digits = 0;
  while (digits < line.size() && line[digits] >= '0' && line[digits] <= '9') ++digits;
  const bool numbered = digits > 0 && digits <= 3 && line.substr(digits).starts_with(". ");
  return numbered ? std::string(line.substr(0, digits + 1)) : "";
}

}  // namespace

void Sheet::markdown(std::string_view text) {
  std::string block;
  std::string marker;
  std::uint32_t indent = 2;
  const auto flush = [&] {
    if (!block.empty() && marker.empty()) paragraph(spans(block), indent);
    if (!block.empty() && !marker.empty()) item(marker, spans(block), indent);
    block.clear();
    marker.clear();
    indent = 2;
  };
  for (const std::string_view raw : split(trim(text), '\n')) {
    const std::string_view line = trim(raw);
    if (line.empty()) {
      flush();
      blank();
      continue;
    }
    const std::string mark = marker_of(line);
    if (line.starts_with("#")) {
      flush();
      subheading(trim(line.substr(std::min(line.find_first_not_of('#'), line.size()))));
      continue;
    }
    if (!mark.empty()) {
      flush();
      marker = mark;
      const bool nested = raw.size() > line.size() && raw.find_first_not_of(' ') >= 2;
      indent = nested ? 6 : 4;
      block = trim(line.substr(mark.size()));
      continue;
    }
    if (!block.empty()) block += ' ';
    block += line;
  }
  flush();
}

}  // namespace antidotary::publish
