// Bytes as text: base64 as markup holds it, BinHex 4.0, and the encoding of Windows Script
// ("JScript.Encode").
//
// Decoders skip what does not belong and never fail; whoever calls pays for what comes out. It is
// not formats/mime, which knows mail's own encodings, uuencode and yEnc. Internal to the room.
//
// Specs: RFC 4648, RFC 1741, the published table of Script Encoder.
#pragma once

#include <optional>
#include <string>

#include "core/bytes.h"

namespace antidotary::unpack {

/// Stops at `=` and skips whatever is no digit.
Buffer from_base64(std::string_view text);
/// "%41" and so on.
Buffer from_percent(std::string_view text);

struct BinHex {
  std::string name;
  Buffer data;
  Buffer resource;
  bool whole = false;
};
std::optional<BinHex> from_binhex(std::string_view text);

struct EncodedScript {
  Buffer bytes;
  bool ended = false;   ///< Its end mark stands there.
  std::size_t end = 0;  ///< Behind it, in the text.
};
/// The next encoded script ("#@~^") at `at` or behind, decoded up to its end mark.
std::optional<EncodedScript> next_encoded_script(std::string_view text, std::size_t at);

}  // namespace antidotary::unpack
