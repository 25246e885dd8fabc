#include "unpack/codecs/zip_aes.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/reader.h"

namespace antidotary::unpack {
namespace {

constexpr std::uint16_t aes_id = 0x9901;
constexpr int rounds = 1000;
// Two kinds of blocks of SHA-1 a round, four times for the longest keys; a step is about a byte.
constexpr std::uint64_t key_steps = 100'000;
constexpr std::size_t check_bytes = 2, seal_bytes = 10, block_bytes = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const EVP_CIPHER* cipher_of(std::size_t key_bytes) {
  if (key_bytes == 16) return EVP_aes_128_ecb();
  return key_bytes == 24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
}

/// Lays the stream of counters 1, 2, ... over `data`. They are little-endian, which no library's
/// counter mode is. False where the library refuses.
bool apply_counters(Bytes key, std::span<std::byte> data) {
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  if (!context || EVP_EncryptInit_ex(context.get(), cipher_of(key.size()), nullptr, as_octets(key),
                                     nullptr) != 1) {
    return false;
  }
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  constexpr std::size_t blocks_at_once = 256;
  std::array<std::byte, blocks_at_once * block_bytes> counters{}, stream{};
  std::uint64_t counter = 1;
  for (std::size_t at = 0; at < data.size(); at += stream.size()) {
    for (std::size_t i = 0; i < blocks_at_once; ++i) {
      store_u64_le(std::span(counters), i * block_bytes, counter++);
    }
    int written = 0;
    if (EVP_EncryptUpdate(context.get(), as_octets(std::span<std::byte>(stream)), &written,
                          as_octets(Bytes(counters)), static_cast<int>(counters.size())) != 1) {
      return false;
    }
    const std::size_t count = std::min(stream.size(), data.size() - at);
    for (std::size_t i = 0; i < count; ++i) data[at + i] ^= stream[i];
  }
  return true;
}

bool sealed_by(Bytes key, Bytes data, Bytes seal) {
  std::array<std::byte, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), as_octets(data), data.size(),
           as_octets(std::span<std::byte>(out)), &size) == nullptr) {
    return false;
  }
  return size >= seal.size() && std::equal(seal.begin(), seal.end(), out.begin());
}

}  // namespace

std::optional<ZipAes> zip_aes_of(Bytes extra) {
  while (extra.size() >= 4) {
    const std::size_t size = load_u16_le(extra, 2);
    if (size > extra.size() - 4) return std::nullopt;
    const Bytes field = extra.subspan(4, size);
    if (load_u16_le(extra, 0) == aes_id && field.size() >= 7) {
      const unsigned strength = std::to_integer<unsigned>(field[4]);
      if (strength < 1 || strength > 3) return std::nullopt;
      return ZipAes{8 * (strength + 1), load_u16_le(field, 5), load_u16_le(field, 0) == 1};
    }
    extra = extra.subspan(4 + size);
  }
  return std::nullopt;
}

Result<std::optional<Buffer>> decrypt_zip_aes(const ZipAes& aes, Bytes data,
                                              std::string_view password, Budget& budget) {
  const std::size_t salt_bytes = aes.key_bytes / 2;
  if (data.size() < salt_bytes + check_bytes + seal_bytes) return std::optional<Buffer>();
  if (password.size() > 1024) return std::optional<Buffer>();
  ANTIDOTARY_CHECK(budget.step(key_steps));
  const Bytes salt = data.first(salt_bytes);
  const Bytes check = data.subspan(salt_bytes, check_bytes);
  const Bytes seal = data.last(seal_bytes);
  const Bytes hidden =
      data.subspan(salt_bytes + check_bytes, data.size() - salt_bytes - check_bytes - seal_bytes);
  Buffer keys(2 * aes.key_bytes + check_bytes);
  if (PKCS5_PBKDF2_HMAC_SHA1(password.data(), static_cast<int>(password.size()), as_octets(salt),
                             static_cast<int>(salt.size()), rounds, static_cast<int>(keys.size()),
                             as_octets(std::span(keys))) != 1) {
    return std::optional<Buffer>();
  }
  const Bytes all = keys;
  if (!std::equal(check.begin(), check.end(), all.last(check_bytes).begin())) {
    return std::optional<Buffer>();
  }
  ANTIDOTARY_CHECK(budget.step(hidden.size() / 8 + 1));
  if (!sealed_by(all.subspan(aes.key_bytes, aes.key_bytes), hidden, seal)) {
    return std::optional<Buffer>();
  }
  Buffer out = to_buffer(hidden);
  if (!apply_counters(all.first(aes.key_bytes), out)) return std::optional<Buffer>();
  return std::optional<Buffer>(std::move(out));
}

}  // namespace antidotary::unpack
