// Property: text of any bytes folds and escapes to what is harmless, and wildcards end.
#include <cstdint>
#include <cstdlib>

#include "core/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  const std::string_view text = as_text(view_of(data, size));
  const std::string shown = escape_for_terminal(text);
  if (!is_utf8(shown)) std::abort();
  for (const char c : shown) {
    if (static_cast<unsigned char>(c) < 0x20) std::abort();
  }
  if (!equal_ignoring_case(text, text)) std::abort();
  const std::size_t half = text.size() / 2;
  matches_wildcard(text.substr(0, half), text.substr(half));
  if (is_utf8(text) && utf8_from_utf16_le(utf16_le_from_utf8(text)) != text) std::abort();
  return 0;
}
