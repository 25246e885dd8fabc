// Magics: the fixed bytes by which formats are known, one row each; what needs more than fixed
// bytes is in identify.cc. The rows are facts from the formats' public descriptions.
#pragma once

#include <span>
#include <string_view>

#include "formats/identify.h"

namespace antidotary::formats {

struct Magic {
  std::size_t offset;  ///< From the object's start; below 64 KiB.
  std::string_view bytes;
  Format format;
  Confidence confidence = Confidence::strong;
};

/// In the order in which they are believed.
std::span<const Magic> magics();

}  // namespace antidotary::formats
