// Look: is what stands behind a mark really an object of that format, and how far does it go?
//
// A mark of two to eight bytes stands in other files by chance, and in every program that reads the
// format. So the header behind it must hold: by its checksum where the format has one, by its
// fixed fields where it has none.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/budget.h"
#include "core/bytes.h"
#include "formats/format.h"

namespace antidotary::unpack {

struct Found {
  formats::Format format = formats::Format::unknown;
  // Invariant: begin + size <= size of the object that was looked at.
  std::size_t begin = 0;
  std::size_t size = 0;
  /// The header says where it ends. Where not, `size` reaches to the end of what holds it.
  bool sized = false;
  /// From where its own offsets count, where that is not `begin`: a zip behind a program.
  std::optional<std::size_t> base;
  /// Its mark is long enough that it stands nowhere by chance: what does not open is damaged.
  bool certain = false;
};

/// The marks, for a MarkScan.
std::span<const std::string_view> embedded_marks();

/// Looks at what stands at `at`, where a MarkScan found `mark`. Searching for an end pays steps;
/// where they are spent the object counts as one without an end. `at` lies inside `bytes`.
std::optional<Found> look_behind(std::size_t mark, Bytes bytes, std::size_t at, Budget& budget);

}  // namespace antidotary::unpack
