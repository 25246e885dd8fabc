// image_digest IMAGE...: the form, size and SHA-256 of the disk that each image stores, all read
// in one process, in pieces of an odd size. A tool of the tests.
#include <cstdio>

#include "core/digest.h"
#include "host/image/container.h"
#include "sources/image_files.h"
#include "worker/disk_source.h"

using namespace antidotary;

namespace {

Result<std::string> line_of(const char* path) {
  sources::ImageFiles files = ANTIDOTARY_TRY(sources::open_image(path));
  std::vector<host::ImagePart> parts;
  for (sources::ImageFile& file : files.files) {
    parts.push_back({file.name, std::make_unique<worker::DescriptorSource>(
                                    std::move(file.descriptor), file.size_bytes)});
  }
  const host::DiskImage image = ANTIDOTARY_TRY(host::open_container(std::move(parts)));
  Digester digest(DigestKind::sha256);
  Buffer piece(99'991);
  std::uint64_t at = 0;
  for (;;) {
    const std::size_t got = ANTIDOTARY_TRY(image.disk->read(at, piece));
    if (got == 0) break;
    digest.update(Bytes(piece).first(got));
    at += got;
  }
  return fmt::format("{}\t{}\t{}", image.form, at, digest.finish_hex());
}

}  // namespace

int main(int count, char** words) {
  int out = 0;
  for (int i = 1; i < count; ++i) {
    const auto line = line_of(words[i]);
    std::printf("%s\n", line ? line->c_str() : ("error\t" + line.error().what).c_str());
    if (!line) out = 1;
  }
  return out;
}
