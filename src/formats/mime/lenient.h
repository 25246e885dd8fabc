// Lenient: lines and words of a message as the most forgiving of its readers finds them.
//
// Not lines::Cursor (formats/lines), which ends a line at each CR: mail that passed through a bad
// program has CR CR LF, and that is one line's end to whoever shows it. Internal to the room.
#pragma once

#include <cstddef>
#include <string_view>

namespace antidotary::mime {

/// Offsets into the text, in bytes.
struct Line {
  std::size_t begin;
  std::size_t end;  ///< Without what ends it.
  std::size_t
      next;  ///< Behind what ends it: CRs and an LF, or one CR; never `begin`, but at the end.
};

/// The line that begins at `at`, which lies in `text` or at its end.
Line line_at(std::string_view text, std::size_t at);

/// Whether `word`, in small ASCII letters and not empty, stands somewhere in `text`, in any case.
bool holds_ignoring_case(std::string_view text, std::string_view word);

}  // namespace antidotary::mime
