// PNG by libpng. Spec: ISO/IEC 15948.
//
// libpng answers errors by a jump: what is jumped over holds nothing that must be destroyed.
#include <png.h>

#include <csetjmp>
#include <cstring>

#include "unpack/pictures/grey.h"

namespace antidotary::unpack {
namespace {

constexpr png_alloc_size_t chunk_bytes_max = 8 << 20;
constexpr png_uint_32 side_pixels_max = 100'000;

/// Everything that lives longer than a jump.
struct Reading {
  Bytes bytes;
  std::size_t at = 0;
  Budget* budget = nullptr;
  std::optional<Error> error;
  Grey out;
  std::vector<png_byte> row;    ///< Of a picture that is read row by row.
  std::vector<png_byte> whole;  ///< Of one whose rows come in passes.
  std::vector<png_bytep> rows;
};

void take(png_structp png, png_bytep out, png_size_t count) {
  auto& reading = *static_cast<Reading*>(png_get_io_ptr(png));
  if (count > reading.bytes.size() - reading.at) png_error(png, "cut");
  std::memcpy(out, reading.bytes.data() + reading.at, count);
  reading.at += count;
}

[[noreturn]] void end(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void pass_over(png_structp, png_const_charp) {}

void fill_row(Reading& reading, const png_byte* row, std::uint32_t y, unsigned channels) {
  std::uint8_t* const out = reading.out.pixels.data() + std::size_t{y} * reading.out.width;
  for (std::uint32_t x = 0; x < reading.out.width; ++x) {
    const png_byte* const pixel = row + std::size_t{x} * channels;
    out[x] = channels < 3 ? pixel[0] : luma(pixel[0], pixel[1], pixel[2]);
  }
}

/// Whether there is room, and time. Without either the reading's error says so.
bool make_room(Reading& reading, png_structp png, png_infop info, bool in_passes) {
  const png_uint_32 height = png_get_image_height(png, info);
  auto room = room_for(png_get_image_width(png, info), height, *reading.budget);
  const png_size_t row_bytes = png_get_rowbytes(png, info);
  if (room && in_passes) {
    const auto paid = reading.budget->bring_out(row_bytes * height);
    if (!paid) room = tl::unexpected(paid.error());
  }
  if (!room) {
    reading.error = room.error();
    return false;
  }
  reading.out = std::move(*room);
  reading.row.resize(row_bytes);
  if (!in_passes) return true;
  reading.whole.resize(row_bytes * height);
  for (png_uint_32 y = 0; y < height; ++y) {
    reading.rows.push_back(reading.whole.data() + std::size_t{y} * row_bytes);
  }
  return true;
}

/// False where the picture is damaged.
bool decode(png_structp png, png_infop info, Reading& reading) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_user_limits(png, side_pixels_max, side_pixels_max);
  png_set_chunk_malloc_max(png, chunk_bytes_max);
  png_set_read_fn(png, &reading, &take);
  png_read_info(png, info);
  png_set_expand(png);
  png_set_scale_16(png);
  const bool in_passes = png_set_interlace_handling(png) > 1;
  png_read_update_info(png, info);
  if (!make_room(reading, png, info, in_passes)) return true;
  const unsigned channels = png_get_channels(png, info);
  if (in_passes) png_read_image(png, reading.rows.data());
  for (std::uint32_t y = 0; y < reading.out.height; ++y) {
    if (!in_passes) png_read_row(png, reading.row.data(), nullptr);
    fill_row(reading, in_passes ? reading.rows[y] : reading.row.data(), y, channels);
  }
  return true;
}

}  // namespace

Result<Grey> grey_of_png(Bytes bytes, Budget& budget) {
  Reading reading;
  reading.bytes = bytes;
  reading.budget = &budget;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, &end, &pass_over);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  const bool read = info != nullptr && decode(png, info, reading);
  png_destroy_read_struct(&png, &info, nullptr);
  if (reading.error) return tl::unexpected(*reading.error);
  if (!read) return fail(ErrorKind::malformed, "a PNG that is damaged or cut");
  return std::move(reading.out);
}

}  // namespace antidotary::unpack
