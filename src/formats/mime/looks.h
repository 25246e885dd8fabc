// Looks: whether a text looks as if it were encoded, whatever its header says.
//
// Cheap tests that one pass over plain text can afford; they say "perhaps", never "surely". What
// they find is decoded beside the text, never instead of it.
#pragma once

#include <string_view>

namespace antidotary::mime {

/// Some lines in a row are nothing but base64: 64 characters or more together.
bool looks_base64(std::string_view text);
/// Three or more escapes, or two or more soft line ends, of quoted-printable.
bool looks_quoted(std::string_view text);
/// A line that begins a block of uuencode, yEnc or BinHex.
bool looks_coded(std::string_view text);

inline bool looks_encoded(std::string_view text) {
  return looks_base64(text) || looks_quoted(text) || looks_coded(text);
}

}  // namespace antidotary::mime
