// GIF by giflib: its first frame on its screen. Spec: GIF89a.
#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "unpack/pictures/grey.h"

namespace antidotary::unpack {
namespace {

struct Input {
  Bytes bytes;
  std::size_t at = 0;
};

int take(GifFileType* file, GifByteType* out, int count) {
  auto& input = *static_cast<Input*>(file->UserData);
  const std::size_t wanted = count < 0 ? 0 : static_cast<std::size_t>(count);
  const std::size_t got = std::min(wanted, input.bytes.size() - input.at);
  std::memcpy(out, input.bytes.data() + input.at, got);
  input.at += got;
  return static_cast<int>(got);
}

struct Close {
  void operator()(GifFileType* file) const { DGifCloseFile(file, nullptr); }
};
using File = std::unique_ptr<GifFileType, Close>;

tl::unexpected<Error> damaged() {
  return fail(ErrorKind::malformed, "a GIF that is damaged or cut");
}

/// Past what stands before the first frame. Errors: malformed, budget_spent.
Status find_frame(GifFileType* file, Budget& budget) {
  for (;;) {
    ANTIDOTARY_CHECK(budget.step(16));
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(file, &type) != GIF_OK) return damaged();
    if (type == IMAGE_DESC_RECORD_TYPE) return {};
    if (type != EXTENSION_RECORD_TYPE) return damaged();
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(file, &code, &block) != GIF_OK) return damaged();
    while (block != nullptr) {
      ANTIDOTARY_CHECK(budget.step(16));
      if (DGifGetExtensionNext(file, &block) != GIF_OK) return damaged();
    }
  }
}

/// The lines of a frame in the order that they are stored in.
std::vector<std::uint32_t> order_of_lines(std::uint32_t height, bool interlaced) {
  struct Pass {
    std::uint32_t first;
    std::uint32_t step;
  };
  static constexpr std::array passes = {Pass{0, 8}, Pass{4, 8}, Pass{2, 4}, Pass{1, 2}};
  std::vector<std::uint32_t> out;
  for (const Pass& pass : interlaced ? std::span<const Pass>(passes) : std::span<const Pass>()) {
    for (std::uint32_t y = pass.first; y < height; y += pass.step) out.push_back(y);
  }
  for (std::uint32_t y = 0; !interlaced && y < height; ++y) out.push_back(y);
  return out;
}

}  // namespace

Result<Grey> grey_of_gif(Bytes bytes, Budget& budget) {
  Input input{bytes};
  const File file(DGifOpen(&input, &take, nullptr));
  if (!file || file->SWidth <= 0 || file->SHeight <= 0) return damaged();
  Grey out = ANTIDOTARY_TRY(room_for(static_cast<std::uint64_t>(file->SWidth),
                                     static_cast<std::uint64_t>(file->SHeight), budget));
  ANTIDOTARY_CHECK(find_frame(file.get(), budget));
  if (DGifGetImageDesc(file.get()) != GIF_OK) return damaged();
  const GifImageDesc& frame = file->Image;
  const ColorMapObject* const colours =
      frame.ColorMap != nullptr ? frame.ColorMap : file->SColorMap;
  const bool inside = frame.Left >= 0 && frame.Top >= 0 && frame.Width > 0 && frame.Height > 0 &&
                      frame.Left + frame.Width <= file->SWidth &&
                      frame.Top + frame.Height <= file->SHeight;
  if (colours == nullptr || !inside) return damaged();
  std::array<std::uint8_t, 256> brightness{};
  for (int i = 0; i < colours->ColorCount && i < 256; ++i) {
    const GifColorType& one = colours->Colors[i];
    brightness[static_cast<std::size_t>(i)] = luma(one.Red, one.Green, one.Blue);
  }
  std::vector<GifPixelType> line(static_cast<std::size_t>(frame.Width));
  for (const std::uint32_t y :
       order_of_lines(static_cast<std::uint32_t>(frame.Height), frame.Interlace)) {
    if (DGifGetLine(file.get(), line.data(), frame.Width) != GIF_OK) return damaged();
    const std::size_t at = (static_cast<std::size_t>(frame.Top) + y) * out.width +
                           static_cast<std::size_t>(frame.Left);
    for (std::size_t x = 0; x < line.size(); ++x) out.pixels[at + x] = brightness[line[x]];
  }
  return out;
}

}  // namespace antidotary::unpack
