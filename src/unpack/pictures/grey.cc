#include "unpack/pictures/grey.h"

namespace antidotary::unpack {

Result<Grey> room_for(std::uint64_t width, std::uint64_t height, Budget& budget) {
  if (width == 0 || height == 0) return fail(ErrorKind::malformed, "a picture without a pixel");
  if (width > pixels_max / height) {
    return fail(ErrorKind::refused, "a picture of {} by {} pixels", width, height);
  }
  const std::uint64_t pixels = width * height;
  ANTIDOTARY_CHECK(budget.bring_out(pixels));
  ANTIDOTARY_CHECK(budget.step(pixels / 4 + 1));
  Grey out;
  out.width = static_cast<std::uint32_t>(width);
  out.height = static_cast<std::uint32_t>(height);
  out.pixels.assign(static_cast<std::size_t>(pixels), 0);
  return out;
}

Result<Grey> grey_of(formats::Format format, Bytes bytes, Budget& budget) {
  switch (format) {
    case formats::Format::png:
      return grey_of_png(bytes, budget);
    case formats::Format::jpeg:
      return grey_of_jpeg(bytes, budget);
    case formats::Format::gif:
      return grey_of_gif(bytes, budget);
    default:
      return fail(ErrorKind::unsupported, "no picture that is decoded");
  }
}

}  // namespace antidotary::unpack
