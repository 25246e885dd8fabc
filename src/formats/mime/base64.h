// Base64: decoded fast where it is honest, and in every way that some mail program would where not.
//
// One decoder reads what RFC 2045 allows, with vector instructions where the processor has them,
// and tells each thing that the RFC does not allow. Where it told one, mail programs disagree about
// what the text says: base64_readings() lists the ways, a slow decoder carries one of them out.
// It is not a validator: nothing fails.
//
// Why not a library: docs/decisions/0160.
//
// Spec: RFC 2045, 6.8; RFC 4648, 5 for the other alphabet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace antidotary::mime {

/// What in a base64 text is not as RFC 2045 has it.
struct Base64Oddities {
  std::size_t junk = 0;               ///< Characters of no meaning; white space is none.
  bool pad_inside = false;            ///< `=` that something but white space and `=` follows.
  bool broken_quantum = false;        ///< A line, or the text, ends within four characters.
  bool blank_line = false;            ///< An empty line with text on both sides.
  std::optional<std::size_t> offset;  ///< Of the first of them.

  bool any() const { return junk > 0 || pad_inside || broken_quantum || blank_line; }
};

struct Base64Decoded {
  Buffer bytes;
  Base64Oddities odd;
  bool cut = false;  ///< `bytes_max` was reached.
};

/// Skips what is no base64; `=` ends a quantum and reading goes on behind it. A quantum's bytes
/// are written as soon as they are whole, so that a cut one is not lost.
Base64Decoded decode_base64(std::string_view text, std::size_t bytes_max);

/// How many bytes decode_base64() would give without a limit, keeping none of them.
std::uint64_t base64_bytes(std::string_view text);

/// One way in which some program reads an odd base64 text.
struct Base64Reading {
  enum class Pad : std::uint8_t {
    resets,   ///< The quantum ends; reading goes on.
    stops,    ///< Nothing behind the first `=` counts.
    ignored,  ///< As if it were not there.
    zeros,    ///< Six bits of zero.
  };
  enum class Junk : std::uint8_t {
    skipped,
    stops,       ///< Nothing behind it counts.
    drops_line,  ///< The line that it stands in does not count.
    url,         ///< `-` and `_` are 62 and 63; the rest is skipped.
  };
  Pad pad = Pad::resets;
  Junk junk = Junk::skipped;
  bool line_resets = false;  ///< Each line is decoded by itself.

  bool operator==(const Base64Reading&) const = default;
};

/// The ways that can differ for a text with these oddities, the usual one left out.
std::vector<Base64Reading> base64_readings(const Base64Oddities& odd);
Buffer decode_base64(std::string_view text, const Base64Reading& reading, std::size_t bytes_max);

/// A text as base64 lines of 76 characters and CRLF; for messages that are made here.
std::string to_base64_lines(Bytes bytes);

}  // namespace antidotary::mime
