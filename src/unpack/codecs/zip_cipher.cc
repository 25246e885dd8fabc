#include "unpack/codecs/zip_cipher.h"

#include <zlib.h>

namespace antidotary::unpack {
namespace {

constexpr std::size_t head_bytes = 12;

// 6.1.5: three keys that each byte in the clear moves on.
class Keys {
 public:
  explicit Keys(std::string_view password) {
    for (const char c : password) update(static_cast<std::uint8_t>(c));
  }

  std::byte decrypt(std::byte value) {
    const std::uint32_t mixed = (key2_ & 0xffffu) | 2u;
    const auto mask = static_cast<std::uint8_t>((mixed * (mixed ^ 1u)) >> 8);
    const auto clear = static_cast<std::uint8_t>(std::to_integer<std::uint8_t>(value) ^ mask);
    update(clear);
    return static_cast<std::byte>(clear);
  }

 private:
  static std::uint32_t crc_step(std::uint32_t crc, std::uint8_t value) {
    return static_cast<std::uint32_t>(get_crc_table()[(crc ^ value) & 0xffu]) ^ (crc >> 8);
  }

  void update(std::uint8_t value) {
    key0_ = crc_step(key0_, value);
    key1_ = (key1_ + (key0_ & 0xffu)) * 134775813u + 1u;
    key2_ = crc_step(key2_, static_cast<std::uint8_t>(key1_ >> 24));
  }

  std::uint32_t key0_ = 0x12345678;
  std::uint32_t key1_ = 0x23456789;
  std::uint32_t key2_ = 0x34567890;
};

}  // namespace

std::optional<Buffer> decrypt_zip(Bytes data, std::string_view password, std::uint8_t check) {
  if (data.size() < head_bytes) return std::nullopt;
  Keys keys(password);
  std::byte last{};
  for (const std::byte b : data.first(head_bytes)) last = keys.decrypt(b);
  if (last != static_cast<std::byte>(check)) return std::nullopt;
  Buffer out;
  out.reserve(data.size() - head_bytes);
  for (const std::byte b : data.subspan(head_bytes)) out.push_back(keys.decrypt(b));
  return out;
}

}  // namespace antidotary::unpack
