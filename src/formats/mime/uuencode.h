// Uuencode, xxencode and "begin-base64": blocks of bytes inside a text.
//
// A block is found by its first line and ends by "end", or where its lines no longer are of it.
// What does not belong is skipped; nothing fails.
//
// Spec: POSIX.1-2017, uuencode.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace antidotary::mime {

struct UuBlock {
  std::string name;  ///< As its first line has it. UTF-8.
  Buffer bytes;
  bool ended = false;     ///< The line that ends it stands there.
  std::size_t begin = 0;  ///< Of its first line, in the text.
  std::size_t end = 0;    ///< Behind it.
};

/// The next block ("begin 644 name") that begins at a line's start at `at` or behind.
std::optional<UuBlock> next_uuencoded(std::string_view text, std::size_t at);

/// What the lines of `text` give that has lost its first line, or pretends to: by the length that
/// each states, by as many characters as it has, and as xxencode. Empty ones are left out.
std::vector<Buffer> uuencoded_without_begin(std::string_view text);

}  // namespace antidotary::mime
