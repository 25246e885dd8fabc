// JPEG by libjpeg-turbo. Spec: ITU-T T.81.
//
// Errors come by a jump: what is jumped over holds nothing that must be destroyed.
#include <csetjmp>
#include <cwchar>
// Names FILE, which it wants declared before it; <cwchar> does.
#include <jpeglib.h>

#include "unpack/pictures/grey.h"

namespace antidotary::unpack {
namespace {

// A progressive picture of many scans is decoded as often.
constexpr int scans_max = 64;
constexpr long memory_bytes_max = 64 << 20;

struct Reading {
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf out_of_it{};
  Budget* budget = nullptr;
  std::optional<Error> error;
  Grey out;
  std::vector<JSAMPLE> row;
};

Reading& reading_of(j_common_ptr picture) { return *static_cast<Reading*>(picture->client_data); }

[[noreturn]] void end(j_common_ptr picture) { std::longjmp(reading_of(picture).out_of_it, 1); }
void pass_over(j_common_ptr picture, int level) {
  // Below zero it is a warning: the data are damaged or cut, and would be made up.
  if (level < 0) end(picture);
}
void say_nothing(j_common_ptr) {}

void look_at_clock(j_common_ptr picture) {
  Reading& reading = reading_of(picture);
  const auto paid = reading.budget->step(1000);
  if (!paid) reading.error = paid.error();
  const bool endless =
      static_cast<void*>(picture) != nullptr && picture->is_decompressor != 0 &&
      static_cast<jpeg_decompress_struct*>(static_cast<void*>(picture))->input_scan_number >
          scans_max;
  if (endless) reading.error = Error{ErrorKind::refused, "a picture of too many scans", {}};
  if (reading.error) end(picture);
}

/// False where the picture is damaged or the reading has an error.
bool decode(jpeg_decompress_struct& picture, Bytes bytes, Reading& reading) {
  if (setjmp(reading.out_of_it) != 0) return false;
  jpeg_create_decompress(&picture);
  picture.client_data = &reading;
  picture.progress = &reading.progress;
  picture.mem->max_memory_to_use = memory_bytes_max;
  jpeg_mem_src(&picture, as_octets(bytes), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&picture, TRUE);
  const bool grey = picture.jpeg_color_space == JCS_GRAYSCALE;
  if (!grey && picture.jpeg_color_space != JCS_YCbCr && picture.jpeg_color_space != JCS_RGB) {
    reading.error = Error{ErrorKind::unsupported, "a picture in another space of colours", {}};
    return false;
  }
  picture.out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
  auto room = room_for(picture.image_width, picture.image_height, *reading.budget);
  if (!room) {
    reading.error = room.error();
    return false;
  }
  reading.out = std::move(*room);
  jpeg_start_decompress(&picture);
  const auto channels = static_cast<std::size_t>(picture.output_components);
  reading.row.resize(picture.output_width * channels);
  std::size_t at = 0;
  while (picture.output_scanline < picture.output_height) {
    JSAMPROW row = reading.row.data();
    if (jpeg_read_scanlines(&picture, &row, 1) != 1) return false;
    for (std::size_t x = 0; x < reading.row.size(); x += channels) {
      reading.out.pixels[at++] = grey ? row[x] : luma(row[x], row[x + 1], row[x + 2]);
    }
  }
  return true;
}

}  // namespace

Result<Grey> grey_of_jpeg(Bytes bytes, Budget& budget) {
  Reading reading;
  reading.budget = &budget;
  jpeg_decompress_struct picture{};
  picture.err = jpeg_std_error(&reading.errors);
  picture.client_data = &reading;
  reading.errors.error_exit = &end;
  reading.errors.emit_message = &pass_over;
  reading.errors.output_message = &say_nothing;
  reading.progress.progress_monitor = &look_at_clock;
  const bool read = decode(picture, bytes, reading);
  jpeg_destroy_decompress(&picture);
  if (reading.error) return tl::unexpected(*reading.error);
  if (!read) return fail(ErrorKind::malformed, "a JPEG that is damaged or cut");
  return std::move(reading.out);
}

}  // namespace antidotary::unpack
