// Bytes as text: base64 as markup holds it, uuencode and xxencode, BinHex 4.0, and the encoding of
// Windows Script ("JScript.Encode").
//
// Decoders skip what does not belong and never fail; whoever calls pays for what comes out. It is
// not formats/mime, whose decoders know mail's own encodings. Internal to the room.
//
// Specs: RFC 4648, POSIX.1-2017 uuencode, RFC 1741, the published table of Script Encoder.
#pragma once

#include <optional>
#include <string>

#include "core/bytes.h"

namespace antidotary::unpack {

/// Stops at `=` and skips whatever is no digit.
Buffer from_base64(std::string_view text);
/// "%41" and so on.
Buffer from_percent(std::string_view text);

struct Encoded {
  std::string name;  ///< As its first line has it. UTF-8.
  Buffer bytes;
  bool ended = false;   ///< The line that ends it stands there.
  std::size_t end = 0;  ///< Behind it, in the text.
};
/// The next block ("begin 644 name") that begins at a line's start at `at` or behind.
std::optional<Encoded> next_uuencoded(std::string_view text, std::size_t at);

struct BinHex {
  std::string name;
  Buffer data;
  Buffer resource;
  bool whole = false;
};
std::optional<BinHex> from_binhex(std::string_view text);

/// The next encoded script ("#@~^") at `at` or behind, decoded up to its end mark.
std::optional<Encoded> next_encoded_script(std::string_view text, std::size_t at);

}  // namespace antidotary::unpack
