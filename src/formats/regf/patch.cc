// Gathers changes; see patch.h.
#include "formats/regf/patch.h"

#include "core/reader.h"

namespace antidotary::regf {

void Patch::put(std::uint64_t offset, Bytes bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (original_[offset + i] == bytes[i]) {
      changed_.erase(offset + i);
    } else {
      changed_[offset + i] = bytes[i];
    }
  }
}

void Patch::put_u16(std::uint64_t offset, std::uint16_t value) {
  Buffer bytes;
  append_u16_le(bytes, value);
  put(offset, bytes);
}

void Patch::put_u32(std::uint64_t offset, std::uint32_t value) {
  Buffer bytes;
  append_u32_le(bytes, value);
  put(offset, bytes);
}

void Patch::put_u64(std::uint64_t offset, std::uint64_t value) {
  Buffer bytes;
  append_u64_le(bytes, value);
  put(offset, bytes);
}

Buffer Patch::read(std::uint64_t offset, std::size_t size) const {
  Buffer out = to_buffer(original_.subspan(offset, size));
  for (auto at = changed_.lower_bound(offset); at != changed_.end() && at->first < offset + size;
       ++at) {
    out[at->first - offset] = at->second;
  }
  return out;
}

std::vector<Edit> Patch::edits() const {
  std::vector<Edit> out;
  for (const auto& [offset, byte] : changed_) {
    if (out.empty() || out.back().offset + out.back().after.size() != offset) {
      out.emplace_back().offset = offset;
    }
    out.back().before.push_back(original_[offset]);
    out.back().after.push_back(byte);
  }
  return out;
}

}  // namespace antidotary::regf
