#include "unpack/setup_files.h"

#include <algorithm>
#include <charconv>

#include "core/reader.h"
#include "formats/mime/encoding.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t text_bytes_max = 260, header_bytes = 46;
// Before the archive may stand what a linker puts behind the sections: the path of a .pdb file.
constexpr std::size_t looked_at_bytes_max = 4096;

/// The NUL-terminated string at `at`, which moves behind it.
std::optional<std::string_view> text_at(Bytes bytes, std::size_t& at) {
  const std::string_view rest = as_text(bytes.subspan(std::min(at, bytes.size())));
  const std::size_t end = rest.substr(0, text_bytes_max + 1).find('\0');
  if (end == rest.npos) return std::nullopt;
  at += end + 1;
  return rest.substr(0, end);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
}

bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == text.npos;
}

bool is_header(Bytes bytes) {
  if (bytes.size() < header_bytes + 24 || load_u16_le(bytes, 14) == 0) return false;
  if (as_text(bytes).starts_with("ISSetupStream\0"sv)) return true;
  if (!as_text(bytes).starts_with("InstallShield\0"sv)) return false;
  const Bytes zeros = bytes.subspan(20, header_bytes - 20);
  return std::all_of(zeros.begin(), zeros.end(), [](std::byte b) { return b == std::byte{}; });
}

}  // namespace

std::optional<SetupFile> setup_file_at(Bytes bytes, std::size_t at) {
  const auto name = text_at(bytes, at);
  const auto path = text_at(bytes, at);
  const auto version = text_at(bytes, at);
  const auto size = text_at(bytes, at);
  if (!name || !path || !version || !size) return std::nullopt;
  if (!is_name(*name) || !is_name(*path) || !path->ends_with(*name)) return std::nullopt;
  if (!consists_of(*version, "0123456789."sv) || !consists_of(*size, "0123456789"sv)) {
    return std::nullopt;
  }
  std::size_t count = 0;
  const auto read = std::from_chars(size->data(), size->data() + size->size(), count);
  if (read.ec != std::errc{} || at > bytes.size() || count > bytes.size() - at) {
    return std::nullopt;
  }
  return SetupFile{mime::to_utf8("", *name), bytes.subspan(at, count), at + count};
}

std::optional<std::size_t> setup_archive_at(Bytes overlay) {
  if (setup_file_at(overlay, 0)) return 0;
  const std::string_view text = as_text(overlay).substr(0, looked_at_bytes_max);
  for (const std::string_view mark : {"InstallShield\0"sv, "ISSetupStream\0"sv}) {
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) {
      if (is_header(overlay.subspan(at))) return at;
    }
  }
  return std::nullopt;
}

}  // namespace antidotary::unpack
