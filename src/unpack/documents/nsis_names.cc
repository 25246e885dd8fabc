#include "unpack/documents/nsis_names.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/reader.h"
#include "core/text.h"
#include "unpack/paths.h"

namespace antidotary::unpack {
namespace {

constexpr std::size_t blocks_at = 4, entry_bytes = 28;
constexpr std::uint32_t create_folder = 11, extract_file = 20;
constexpr std::size_t text_units_max = 1024, names_max = 100'000;
constexpr std::size_t texts_bytes_max = 8u << 20;  // that all names may be made of
// Codes of texts: up to 4 in NSIS 3, from 252 in 2, each with two bytes or one unit behind it.
constexpr std::uint32_t code_max = 4, old_code_min = 252;
constexpr std::uint32_t install_folder = 21, out_folder = 22;

class Texts {
 public:
  explicit Texts(Bytes bytes) : bytes_(bytes) {
    wide_ = bytes.size() >= 2 && load_u16_le(bytes, 0) == 0;
    old_ = std::none_of(bytes.begin(), bytes.end(),
                        [](std::byte b) { return b > std::byte{0} && b <= std::byte{code_max}; });
  }

  std::string at(std::size_t index) const {
    const std::size_t unit = wide_ ? 2 : 1;
    std::string out;
    Buffer plain;
    const auto flush = [&] {
      out += wide_ ? utf8_from_utf16_le(plain) : utf8_from_windows1252(as_text(plain));
      plain.clear();
    };
    if (index > bytes_.size() / unit) return out;
    std::size_t at = index * unit;
    for (std::size_t i = 0; i < text_units_max && bytes_.size() - at >= unit; ++i, at += unit) {
      const std::uint32_t value = wide_ ? load_u16_le(bytes_, at) : octet(at);
      if (value == 0) break;
      const bool code = value <= code_max || (!wide_ && old_ && value >= old_code_min);
      if (!code) {
        const Bytes one = bytes_.subspan(at, unit);
        plain.insert(plain.end(), one.begin(), one.end());
        continue;
      }
      if (bytes_.size() - at < unit + 2) break;
      flush();
      out += variable(load_u16_le(bytes_, at + unit));
      at += 2;
    }
    flush();
    return out;
  }

 private:
  std::uint32_t octet(std::size_t at) const { return std::to_integer<std::uint32_t>(bytes_[at]); }

  // Seven bits of each byte.
  static std::string variable(std::uint32_t word) {
    const std::uint32_t number = (word & 0x7f) | (word >> 8 & 0x7f) << 7;
    if (number == install_folder) return "$INSTDIR";
    return number == out_folder ? "$OUTDIR" : fmt::format("${}", number);
  }

  Bytes bytes_;
  bool wide_ = false;
  bool old_ = false;
};

}  // namespace

std::map<std::size_t, std::string> nsis_names(Bytes header, Budget& budget) {
  std::map<std::size_t, std::string> out;
  if (header.size() < blocks_at + 8 * 8) return out;
  // The places of programs for 64 bits take eight bytes: the second block's place tells.
  const std::uint32_t entries_at = load_u32_le(header, blocks_at + 16);
  const std::uint32_t entries = load_u32_le(header, blocks_at + 20);
  const std::uint32_t texts_at = load_u32_le(header, blocks_at + 24);
  if (entries_at > header.size() || texts_at > header.size()) return out;
  const std::uint32_t texts_end = load_u32_le(header, blocks_at + 32);
  const bool bounded = texts_end > texts_at && texts_end <= header.size();
  const Texts texts(header.first(bounded ? texts_end : header.size()).subspan(texts_at));
  Reader reader(header, entries_at);
  std::string folder;
  std::size_t read = 0, texts_bytes = 0;
  for (std::uint32_t i = 0; i < entries && read < names_max; ++i) {
    const auto entry = reader.take(entry_bytes);
    if (!entry || !budget.step(entry_bytes)) break;
    const std::uint32_t what = load_u32_le(*entry, 0);
    const bool folder_follows = what == create_folder && load_u32_le(*entry, 8) != 0;
    if (!folder_follows && what != extract_file) continue;
    ++read;
    std::string text = texts.at(load_u32_le(*entry, folder_follows ? 4 : 8));
    // A name is its folder's text and its own; both are paid for each time.
    const std::size_t bytes = text.size() + (folder_follows ? 0 : folder.size());
    if (bytes > texts_bytes_max - texts_bytes || !budget.step(bytes)) break;
    texts_bytes += bytes;
    if (folder_follows) {
      folder = std::move(text);
    } else if (!text.empty()) {
      out.emplace(load_u32_le(*entry, 12), joined(folder, text));
    }
  }
  return out;
}

}  // namespace antidotary::unpack
