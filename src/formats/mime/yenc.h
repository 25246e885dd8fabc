// yEnc: bytes shifted by 42 inside a text, between "=ybegin" and "=yend".
//
// Spec: yEnc draft 1.3 (2002).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::mime {

struct YencBlock {
  std::string name;  ///< UTF-8.
  Buffer bytes;
  std::size_t end = 0;  ///< Behind it, in the text.
  /// From 1, where the block is one of several ("=ypart"); 0 where it is whole.
  unsigned part = 0;
};

/// The next block whose "=ybegin" stands at a line's start at `at` or behind. One without its
/// "=yend" reaches to the text's end.
std::optional<YencBlock> next_yenc(std::string_view text, std::size_t at);

/// What a text gives whose "=ybegin" is missing.
Buffer decode_yenc(std::string_view text);

}  // namespace antidotary::mime
