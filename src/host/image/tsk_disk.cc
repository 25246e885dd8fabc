#include "host/image/tsk_disk.h"

#include "core/text.h"

namespace antidotary::host::image {
namespace {

constexpr unsigned sector_bytes = 512;

void close_image(TSK_IMG_INFO*) {}
void describe_image(TSK_IMG_INFO*, FILE*) {}

}  // namespace

ssize_t TskDisk::read(TSK_IMG_INFO* info, TSK_OFF_T offset, char* buffer, std::size_t count) {
  Image& image = *static_cast<Image*>(static_cast<void*>(info));
  const auto note = [&image](const Error& error) -> ssize_t {
    if (!image.failure) image.failure = error;
    return -1;
  };
  if (offset < 0) return -1;
  if (const Status paid = image.budget->step(count / 64 + 1); !paid) return note(paid.error());
  const std::span<std::byte> out(static_cast<std::byte*>(static_cast<void*>(buffer)), count);
  const auto got = image.source->read(static_cast<std::uint64_t>(offset), out);
  return got ? static_cast<ssize_t>(*got) : note(got.error());
}

Result<std::unique_ptr<TskDisk>> TskDisk::open(BlockSource& source, Budget& budget) {
  std::unique_ptr<TskDisk> disk(new TskDisk);
  disk->image_->source = &source;
  disk->image_->budget = &budget;
  disk->forget_error();
  if (tsk_img_open_external(disk->image_.get(), static_cast<TSK_OFF_T>(source.size_bytes()),
                            sector_bytes, &TskDisk::read, &close_image,
                            &describe_image) == nullptr) {
    return fail(ErrorKind::internal, "libtsk takes no image: {}", disk->error_now().what);
  }
  return disk;
}

TskDisk::~TskDisk() {
  if (image_->info.tag == TSK_IMG_INFO_TAG) tsk_img_close(&image_->info);
}

void TskDisk::forget_error() {
  image_->failure.reset();
  tsk_error_reset();
}

Error TskDisk::error_now() const {
  if (image_->failure) {
    return {image_->failure->kind, escape_for_terminal(image_->failure->what), {}};
  }
  const char* const words = tsk_error_get();
  const std::string_view text = words == nullptr ? "damaged" : words;
  return {ErrorKind::malformed, escape_for_terminal(text.substr(0, text.find('\n'))), {}};
}

}  // namespace antidotary::host::image
