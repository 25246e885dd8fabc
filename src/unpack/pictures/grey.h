// Grey: a picture's brightness, pixel by pixel, as far as comparing pictures asks for it.
//
// Decoded by libpng, libjpeg and giflib: they are what everybody keeps, and they run in the jail
// over memory. Not for showing: no profile, gamma or orientation is applied, of an animation the
// first frame is taken, and what is transparent has the colour that stands beneath.
#pragma once

#include <cstdint>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/format.h"

namespace antidotary::unpack {

/// Above it no picture is decoded.
inline constexpr std::uint64_t pixels_max = 40'000'000;

struct Grey {
  std::uint32_t width = 0;           ///< Pixels, at least 1.
  std::uint32_t height = 0;          ///< Pixels, at least 1.
  std::vector<std::uint8_t> pixels;  ///< Row by row from the top; `width` times `height`.
};

/// Decodes PNG, JPEG or the first frame of a GIF. Pays for its pixels as bytes brought out.
/// Errors: unsupported (another format, CMYK), malformed, refused (too large), budget_spent.
Result<Grey> grey_of(formats::Format format, Bytes bytes, Budget& budget);

// Each format by its library.
Result<Grey> grey_of_png(Bytes bytes, Budget& budget);
Result<Grey> grey_of_jpeg(Bytes bytes, Budget& budget);
Result<Grey> grey_of_gif(Bytes bytes, Budget& budget);

/// The brightness of a colour: ITU-R BT.601, rounded.
inline std::uint8_t luma(unsigned red, unsigned green, unsigned blue) {
  return static_cast<std::uint8_t>((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

/// Room for a picture of this size, paid for. `width` and `height` are claims.
Result<Grey> room_for(std::uint64_t width, std::uint64_t height, Budget& budget);

}  // namespace antidotary::unpack
