// Quoted-printable: decoded as RFC 2045 has it, and in every way that some mail program would where
// the text is not as the RFC has it.
//
// It is not a validator: nothing fails; what was odd is told.
//
// Spec: RFC 2045, 6.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace antidotary::mime {

struct QuotedOddities {
  std::size_t bad_escapes = 0;   ///< `=` before what is neither two digits nor a line's end.
  bool small_digits = false;     ///< "=3d": allowed to a reader, forbidden to a writer.
  bool trailing_blanks = false;  ///< Before a line's end, a soft one included.
  bool bare_carriage_return = false;
  std::optional<std::size_t> offset;  ///< Of the first bad escape.
};

struct QuotedDecoded {
  Buffer bytes;
  QuotedOddities odd;
  bool cut = false;  ///< `bytes_max` was reached.
};

/// Blanks at a line's end are dropped; a bad escape stays as it is written.
QuotedDecoded decode_quoted_printable(std::string_view text, std::size_t bytes_max);

/// One way in which some program reads an odd text.
struct QuotedReading {
  /// How much of a bad escape is dropped: 0 leaves it, 1 drops the `=`, 2 and 3 what follows too.
  std::uint8_t dropped = 0;
  bool small_digits = true;    ///< "=3d" is an escape.
  bool keeps_blanks = false;   ///< Blanks at a line's end stay.
  bool lone_cr_ends = false;   ///< A CR without LF ends a line.
  bool blanks_inside = false;  ///< "= 41" is "=41".

  bool operator==(const QuotedReading&) const = default;
};

/// The ways that can differ for a text with these oddities, the usual one left out.
std::vector<QuotedReading> quoted_readings(const QuotedOddities& odd);
Buffer decode_quoted_printable(std::string_view text, const QuotedReading& reading,
                               std::size_t bytes_max);

/// The byte of the two hexadecimal digits at `at`, or -1.
int hex_pair(std::string_view text, std::size_t at);

}  // namespace antidotary::mime
