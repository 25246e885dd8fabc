// MIME encodings: which one a field names, encoded words and charsets, as mail writes them. The
// encodings themselves are base64.h, quoted_printable.h, uuencode.h and yenc.h.
//
// Decoders take what they are given and skip what does not belong; they never fail, they tell how
// often they had to skip. It is not a validator.
//
// Spec: RFC 2045 (6.7, 6.8), RFC 2047, RFC 2231.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::mime {

enum class Encoding : std::uint8_t {
  identity,  ///< 7bit, 8bit, binary, or none stated.
  base64,
  quoted_printable,
  uuencode,  ///< No RFC's, but in use: "x-uuencode" and kin. decode() leaves the text as it is.
  unknown,   ///< A name that is none of these; the body is taken as it stands.
};
/// By the value of Content-Transfer-Encoding; case, comments and blanks around it do not count.
Encoding encoding_of(std::string_view field_value);

struct Decoded {
  Buffer bytes;
  std::size_t skipped = 0;  ///< Characters that the encoding does not know (white space excepted).
  bool cut = false;         ///< `bytes_max` was reached.
};
/// Stops at `bytes_max`. Never longer than `text`.
Decoded decode(Encoding encoding, Bytes text, std::size_t bytes_max);

/// How many bytes decode() would give without a limit, keeping none of them.
std::uint64_t decoded_bytes(Encoding encoding, Bytes text);

/// From `charset` (RFC 2978 name, any case) to UTF-8. UTF-8, US-ASCII, ISO-8859-1, UTF-16 and
/// Windows-1252 are known; of any other the text is kept where it is UTF-8, else read as 1252.
std::string to_utf8(std::string_view charset, std::string_view text);

/// A field's value with its encoded words decoded (RFC 2047), to UTF-8. The white space between
/// two encoded words is dropped; one that is malformed stays as it is written.
std::string decode_words(std::string_view value);

/// "%41" and so on (RFC 2231, 4); a `%` without two digits stays.
std::string decode_percent(std::string_view text);

}  // namespace antidotary::mime
