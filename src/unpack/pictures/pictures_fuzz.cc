// Property: any bytes end as a picture of the size that it says, or as an error, within the budget;
// a picture has a hash.
#include <cstdint>
#include <cstdlib>

#include "unpack/pictures/fuzzy_hash.h"

using antidotary::Budget;
using antidotary::formats::Format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const antidotary::Bytes bytes = antidotary::view_of(data, size);
  for (const Format format : {Format::png, Format::jpeg, Format::gif, Format::pdf}) {
    antidotary::Limits limits;
    limits.bytes_max = 1 << 20;
    Budget budget(limits);
    const auto picture = antidotary::unpack::grey_of(format, bytes, budget);
    if (!picture) continue;
    const bool whole = picture->pixels.size() == std::size_t{picture->width} * picture->height &&
                       picture->pixels.size() <= limits.bytes_max && format != Format::pdf;
    if (!whole || !antidotary::unpack::fuzzy_hash(*picture, budget)) std::abort();
  }
  return 0;
}
