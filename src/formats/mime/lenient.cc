#include "formats/mime/lenient.h"

#include <algorithm>

#include "core/text.h"

namespace antidotary::mime {

Line line_at(std::string_view text, std::size_t at) {
  const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at);
  const auto found = std::find_if(begin, text.end(), [](char c) { return c == '\r' || c == '\n'; });
  const auto end = static_cast<std::size_t>(found - text.begin());
  std::size_t next = end;
  while (next < text.size() && text[next] == '\r') ++next;
  if (next < text.size() && text[next] == '\n') {
    ++next;
  } else {
    next = std::min(text.size(), end + 1);
  }
  return {at, end, next};
}

bool holds_ignoring_case(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if ((text[at] | 0x20) == (word[0] | 0x20) &&
        equal_ascii_ignoring_case(text.substr(at, word.size()), word)) {
      return true;
    }
  }
  return false;
}

}  // namespace antidotary::mime
