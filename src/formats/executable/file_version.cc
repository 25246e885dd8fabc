#include "formats/executable/file_version.h"

#include <fmt/core.h>

#include <charconv>

#include "core/reader.h"
#include "core/text.h"

namespace antidotary::executable {
namespace {

constexpr std::uint32_t fixed_info_signature = 0xfeef04bd;
// The structure stands behind its key, moved up to a multiple of four from the resource's start;
// the resource itself is aligned so, but the file need not be.
constexpr std::size_t padding_bytes_max = 8;

std::optional<FileVersion> fixed_info_at(Bytes file, std::size_t offset) {
  for (std::size_t skip = 0; skip <= padding_bytes_max; ++skip) {
    if (offset + skip > file.size() || file.size() - offset - skip < 16) return std::nullopt;
    const std::size_t at = offset + skip;
    if (load_u32_le(file, at) != fixed_info_signature) continue;
    const std::uint32_t high = load_u32_le(file, at + 8);
    const std::uint32_t low = load_u32_le(file, at + 12);
    const auto upper = [](std::uint32_t both) { return static_cast<std::uint16_t>(both >> 16); };
    const auto lower = [](std::uint32_t both) { return static_cast<std::uint16_t>(both); };
    return FileVersion{upper(high), lower(high), upper(low), lower(low)};
  }
  return std::nullopt;
}

}  // namespace

std::string text_of(const FileVersion& version) {
  return fmt::format("{}.{}.{}.{}", version[0], version[1], version[2], version[3]);
}

std::optional<FileVersion> version_from(std::string_view text) {
  FileVersion out{};
  const auto parts = split(text, '.');
  if (parts.size() > out.size()) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const char* const end = parts[i].data() + parts[i].size();
    const auto read = std::from_chars(parts[i].data(), end, out[i]);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  }
  return out;
}

Result<std::optional<FileVersion>> read_file_version(Bytes file, Budget& budget) {
  ANTIDOTARY_CHECK(budget.step(file.size() / 64 + 1));
  static const Buffer key = utf16_le_from_utf8("VS_VERSION_INFO");
  const std::string_view text = as_text(file);
  for (std::size_t at = text.find(as_text(key)); at != std::string_view::npos;
       at = text.find(as_text(key), at + 1)) {
    if (auto version = fixed_info_at(file, at + key.size())) return version;
  }
  return std::optional<FileVersion>{};
}

}  // namespace antidotary::executable
