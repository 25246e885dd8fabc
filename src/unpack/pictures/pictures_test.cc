// Method: pictures made by the libraries' own writers come back pixel by pixel; every cut of one is
// an answer and not a crash; the hashes of two patterns are those that clamscan 1.4.6 shows for
// them (clamscan --debug).
#include <gif_lib.h>
#include <gmock/gmock.h>
#include <png.h>

#include <cwchar>
// Names FILE, which it wants declared before it; <cwchar> does.
#include <jpeglib.h>

#include "unpack/pictures/fuzzy_hash.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

Grey pattern(std::uint32_t width, std::uint32_t height,
             const std::function<unsigned(unsigned, unsigned)>& pixel) {
  Grey out{width, height, {}};
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) {
      out.pixels.push_back(static_cast<std::uint8_t>(pixel(x, y) % 256));
    }
  }
  return out;
}

Grey slope() {
  return pattern(20, 9, [](unsigned x, unsigned y) { return x * 12 + y * 25; });
}

Buffer png(const Grey& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = picture.width;
  image.height = picture.height;
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  EXPECT_TRUE(png_image_write_get_memory_size(image, size, 0, picture.pixels.data(), 0, nullptr));
  Buffer out(size);
  EXPECT_TRUE(
      png_image_write_to_memory(&image, out.data(), &size, 0, picture.pixels.data(), 0, nullptr));
  out.resize(size);
  return out;
}

Buffer jpeg(const Grey& picture) {
  jpeg_compress_struct writer{};
  jpeg_error_mgr errors{};
  writer.err = jpeg_std_error(&errors);
  jpeg_create_compress(&writer);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&writer, &bytes, &size);
  writer.image_width = picture.width;
  writer.image_height = picture.height;
  writer.input_components = 1;
  writer.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&writer);
  jpeg_set_quality(&writer, 100, TRUE);
  jpeg_start_compress(&writer, TRUE);
  std::vector<std::uint8_t> pixels = picture.pixels;
  for (std::uint32_t y = 0; y < picture.height; ++y) {
    JSAMPROW row = pixels.data() + std::size_t{y} * picture.width;
    jpeg_write_scanlines(&writer, &row, 1);
  }
  jpeg_finish_compress(&writer);
  jpeg_destroy_compress(&writer);
  Buffer out = to_buffer(view_of(bytes, size));
  std::free(bytes);
  return out;
}

int keep(GifFileType* file, const GifByteType* bytes, int count) {
  auto& out = *static_cast<Buffer*>(file->UserData);
  const Bytes some = view_of(bytes, static_cast<std::size_t>(count));
  out.insert(out.end(), some.begin(), some.end());
  return count;
}

Buffer gif(const Grey& picture, bool interlaced) {
  Buffer out;
  std::array<GifColorType, 256> greys{};
  for (unsigned i = 0; i < greys.size(); ++i) {
    const auto one = static_cast<GifByteType>(i);
    greys[i] = {one, one, one};
  }
  ColorMapObject* const colours = GifMakeMapObject(256, greys.data());
  GifFileType* const file = EGifOpen(&out, &keep, nullptr);
  const int width = static_cast<int>(picture.width);
  const int height = static_cast<int>(picture.height);
  EGifPutScreenDesc(file, width, height, 256, 0, colours);
  EGifPutImageDesc(file, 0, 0, width, height, interlaced, nullptr);
  std::vector<std::uint32_t> lines;
  for (const auto& [first, step] :
       interlaced ? std::vector<std::pair<unsigned, unsigned>>{{0, 8}, {4, 8}, {2, 4}, {1, 2}}
                  : std::vector<std::pair<unsigned, unsigned>>{{0, 1}}) {
    for (unsigned y = first; y < picture.height; y += step) lines.push_back(y);
  }
  std::vector<std::uint8_t> pixels = picture.pixels;
  for (const std::uint32_t y : lines) {
    EGifPutLine(file, pixels.data() + std::size_t{y} * picture.width, width);
  }
  EGifCloseFile(file, nullptr);
  GifFreeMapObject(colours);
  return out;
}

Result<Grey> read(Format format, const Buffer& bytes, Limits limits = {}) {
  Budget budget(limits);
  return grey_of(format, bytes, budget);
}

std::uint64_t hash(const Grey& picture) {
  Budget budget;
  return fuzzy_hash(picture, budget).value();
}

TEST(Pictures, ComeBackPixelByPixel) {
  const Grey picture = slope();
  EXPECT_EQ(read(Format::png, png(picture))->pixels, picture.pixels);
  EXPECT_EQ(read(Format::gif, gif(picture, false))->pixels, picture.pixels);
  EXPECT_EQ(read(Format::gif, gif(picture, true))->pixels, picture.pixels);
  const auto back = read(Format::jpeg, jpeg(picture));
  ASSERT_TRUE(back) << back.error().what;
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    EXPECT_NEAR(back->pixels[i], picture.pixels[i], 4);
  }
}

TEST(Pictures, ThatAreCutAreDamaged) {
  const Grey picture = slope();
  for (const auto& [format, bytes] :
       {std::pair{Format::png, png(picture)}, std::pair{Format::jpeg, jpeg(picture)},
        std::pair{Format::gif, gif(picture, false)}}) {
    // What stands behind the pixels is not asked for.
    for (std::size_t size = 0; size + 40 < bytes.size(); ++size) {
      const auto read_part = read(format, to_buffer(Bytes(bytes).first(size)));
      ASSERT_FALSE(read_part) << formats::name_of(format) << " of " << size << " bytes";
      EXPECT_EQ(read_part.error().kind, ErrorKind::malformed);
    }
  }
}

TEST(Pictures, AreRefusedWhereTheyClaimTooManyPixels) {
  Buffer bytes = gif(slope(), false);
  for (const std::size_t at : {6u, 7u, 8u, 9u}) bytes[at] = std::byte{0xff};
  const auto large = read(Format::gif, bytes);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::refused);
}

TEST(Pictures, PayForTheirPixels) {
  const Grey picture = slope();
  for (const auto& [format, bytes] :
       {std::pair{Format::png, png(picture)}, std::pair{Format::jpeg, jpeg(picture)},
        std::pair{Format::gif, gif(picture, false)}}) {
    const auto poor = read(format, bytes, {.bytes_max = 100});
    ASSERT_FALSE(poor);
    EXPECT_EQ(poor.error().kind, ErrorKind::budget_spent);
  }
}

TEST(FuzzyHash, IsThatOfThePeer) {
  EXPECT_EQ(
      hash(pattern(50, 37,
                   [](unsigned x, unsigned y) { return (x * x * 3 + y * y * 5 + x * y) / 7; })),
      0x87070e0e7cfcf903ull);
  EXPECT_EQ(hash(slope()), 0xc09f316f58535475ull);
}

TEST(FuzzyHash, IsOfWhatIsSeenAndNotOfItsSize) {
  // Eight by eight fields of any brightness.
  const auto board = [](unsigned side) {
    return pattern(side, side, [=](unsigned x, unsigned y) {
      const unsigned field = x * 8 / side + y * 8 / side * 8;
      return field * field * 37 + field * 11;
    });
  };
  EXPECT_LE(__builtin_popcountll(hash(board(64)) ^ hash(board(256))), 6);
  EXPECT_GE(__builtin_popcountll(hash(board(64)) ^ hash(slope())), 16);
}

}  // namespace
}  // namespace antidotary::unpack
