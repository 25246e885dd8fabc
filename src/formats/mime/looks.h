// Looks: whether a text looks as if it were encoded, whatever its header says.
//
// Cheap tests that one pass over plain text can afford; they say "perhaps", never "surely". What
// they find is decoded beside the text, never instead of it.
#pragma once

#include <optional>
#include <string_view>

namespace antidotary::mime {

/// The next lines in a row, from `at` on, that are nothing but base64: 64 characters or more
/// together. `at` is moved behind them, or to the text's end.
std::optional<std::string_view> next_base64_run(std::string_view text, std::size_t& at);
inline bool looks_base64(std::string_view text) {
  std::size_t at = 0;
  return next_base64_run(text, at).has_value();
}
/// Whether decoding as base64 is worth its while: few blanks, and little that is no digit of it.
/// For bodies that something else speaks of as encoded.
bool could_be_base64(std::string_view text);
/// Three or more escapes, or two or more soft line ends, of quoted-printable, and fewer `=` that
/// are neither.
bool looks_quoted(std::string_view text);
/// A line that begins a block of uuencode, yEnc or BinHex.
bool looks_coded(std::string_view text);

inline bool looks_encoded(std::string_view text) {
  return looks_base64(text) || looks_quoted(text) || looks_coded(text);
}

}  // namespace antidotary::mime
