#include "core/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace antidotary {
namespace {

const EVP_MD* algorithm(DigestKind kind) {
  switch (kind) {
    case DigestKind::md5:
      return EVP_md5();
    case DigestKind::sha1:
      return EVP_sha1();
    case DigestKind::sha256:
      return EVP_sha256();
  }
  return EVP_sha256();
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

struct Digester::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Digester::Digester(DigestKind kind) : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, algorithm(kind), nullptr);
}
Digester::~Digester() = default;
Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;

void Digester::update(Bytes bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string Digester::finish_hex() { return to_hex(finish()); }

Buffer Digester::finish() {
  Buffer out(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  EVP_DigestFinal_ex(state_->context, as_octets(std::span<std::byte>(out)), &size);
  out.resize(size);
  return out;
}

std::string hex_digest(DigestKind kind, Bytes bytes) {
  Digester digester(kind);
  digester.update(bytes);
  return digester.finish_hex();
}

std::string hmac_sha256_hex(Bytes key, Bytes bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_octets(bytes), bytes.size(),
       out.data(), &size);
  return to_hex(view_of(out.data(), size));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(Bytes bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const std::byte b : bytes) {
    const auto value = std::to_integer<unsigned>(b);
    hex.push_back(digits[value >> 4]);
    hex.push_back(digits[value & 15]);
  }
  return hex;
}

Result<Buffer> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return fail(ErrorKind::malformed, "odd number of hexadecimal digits");
  Buffer out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = nibble(hex[i]);
    const int low = nibble(hex[i + 1]);
    if (high < 0 || low < 0) return fail_at(i, ErrorKind::malformed, "not a hexadecimal digit");
    out.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return out;
}

}  // namespace antidotary
