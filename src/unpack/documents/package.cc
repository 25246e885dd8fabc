#include "unpack/documents/package.h"

#include <algorithm>

#include "core/reader.h"
#include "core/text.h"

namespace antidotary::unpack {
namespace {

// Longer names are none.
constexpr std::size_t name_bytes_max = 4096;

// A string that ends with NUL; nullopt where it does not.
std::optional<std::string_view> take_string(Reader& reader, Bytes all) {
  const std::string_view rest = as_text(all).substr(reader.offset());
  const std::size_t end = rest.substr(0, name_bytes_max).find('\0');
  if (end == std::string_view::npos || !reader.skip(end + 1)) return std::nullopt;
  return rest.substr(0, end);
}

// A string behind its length, the NUL counted ([MS-OLEDS] 2.1.4).
std::optional<std::string_view> take_counted(Reader& reader) {
  const auto size = reader.u32_le();
  if (!size || *size > name_bytes_max) return std::nullopt;
  const auto text = reader.take(*size);
  if (!text) return std::nullopt;
  const std::string_view all = as_text(*text);
  return all.substr(0, all.find('\0'));
}

// What is left, up to `stated` bytes.
Bytes take_up_to(Reader& reader, std::uint32_t stated, bool& cut) {
  cut = stated > reader.remaining();
  const auto taken = reader.take(std::min<std::size_t>(stated, reader.remaining()));
  return taken ? *taken : Bytes{};
}

}  // namespace

std::string file_name_of(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  return is_utf8(path) ? std::string(path) : utf8_from_windows1252(path);
}

std::optional<Package> read_package(Bytes bytes) {
  Reader reader(bytes);
  const auto number = reader.u16_le();
  if (!number || *number != 2) return std::nullopt;
  const auto label = take_string(reader, bytes);
  const auto path = take_string(reader, bytes);
  if (!label || !path) return std::nullopt;
  const auto zero = reader.u16_le();
  const auto kind = reader.u16_le();
  // 3: the file is here; 1: it is linked to.
  if (!zero || !kind || *kind != 3) return std::nullopt;
  if (!take_counted(reader)) return std::nullopt;
  const auto size = reader.u32_le();
  if (!size) return std::nullopt;
  Package out;
  out.name = file_name_of(label->empty() ? *path : *label);
  out.data = take_up_to(reader, *size, out.cut);
  return out;
}

std::optional<Package> read_ole10_native(Bytes stream) {
  if (stream.size() < 4) return std::nullopt;
  const std::uint32_t stated = load_u32_le(stream, 0);
  // A forged length must not hide the package.
  if (auto package = read_package(stream.subspan(4))) return package;
  Package out;
  Reader reader(stream, 4);
  out.data = take_up_to(reader, stated, out.cut);
  return out;
}

std::optional<EmbeddedObject> read_ole1(Bytes bytes) {
  Reader reader(bytes);
  const auto version = reader.u32_le();
  const auto format = reader.u32_le();
  // 1: linked, 2: embedded. The version may be anything: readers do not look at it.
  if (!version || !format || *format < 1 || *format > 2) return std::nullopt;
  EmbeddedObject out;
  const auto class_name = take_counted(reader);
  const auto topic = take_counted(reader);
  const auto item = take_counted(reader);
  if (!class_name || !topic || !item) return std::nullopt;
  out.class_name =
      is_utf8(*class_name) ? std::string(*class_name) : utf8_from_windows1252(*class_name);
  out.linked = *format == 1;
  if (out.linked) {
    out.link = is_utf8(*topic) ? std::string(*topic) : utf8_from_windows1252(*topic);
    return out;
  }
  const auto size = reader.u32_le();
  if (!size) return std::nullopt;
  out.data = take_up_to(reader, *size, out.cut);
  return out;
}

}  // namespace antidotary::unpack
