#include "host/image/block_source.h"

#include <algorithm>
#include <cstring>

namespace antidotary::host {

Result<std::size_t> MemorySource::read(std::uint64_t offset, std::span<std::byte> out) {
  if (offset >= bytes_.size() || out.empty()) return 0;
  const std::size_t at = static_cast<std::size_t>(offset);
  const std::size_t count = std::min(out.size(), bytes_.size() - at);
  std::memcpy(out.data(), bytes_.data() + at, count);
  return count;
}

JoinedSource::JoinedSource(std::vector<ImagePart> parts) : parts_(std::move(parts)) {
  for (const ImagePart& part : parts_) {
    size_bytes_ += part.source->size_bytes();
    ends_.push_back(size_bytes_);
  }
}

Result<std::size_t> JoinedSource::read(std::uint64_t offset, std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size() && offset < size_bytes_) {
    const auto end = std::upper_bound(ends_.begin(), ends_.end(), offset);
    BlockSource& part = *parts_[static_cast<std::size_t>(end - ends_.begin())].source;
    const std::uint64_t start = *end - part.size_bytes();
    const std::size_t want = std::min<std::uint64_t>(out.size() - done, *end - offset);
    const std::size_t got =
        ANTIDOTARY_TRY(part.read(offset - start, out.subspan(done).first(want)));
    done += got;
    offset += got;
    if (got < want) break;
  }
  return done;
}

}  // namespace antidotary::host
