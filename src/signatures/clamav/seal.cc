#include "signatures/clamav/seal.h"

#include <openssl/bn.h>

#include <memory>

#include "core/bytes.h"
#include "core/digest.h"

namespace antidotary::signatures::clamav {
namespace {

constexpr std::string_view alphabet =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
constexpr std::size_t seal_digits_max = 700;  ///< 4,096 bits and some.
constexpr std::size_t md5_bytes = 16;

struct Free {
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};
using Number = std::unique_ptr<BIGNUM, Free>;
using Context = std::unique_ptr<BN_CTX, Free>;

Number decimal(const char* digits) {
  BIGNUM* out = nullptr;
  BN_dec2bn(&out, digits);
  return Number(out);
}

/// The seal as a number; null where it has other characters.
Number sealed_number(std::string_view seal) {
  Number out(BN_new());
  for (std::size_t i = seal.size(); i-- > 0;) {
    const std::size_t digit = alphabet.find(seal[i]);
    if (digit == std::string_view::npos) return nullptr;
    BN_lshift(out.get(), out.get(), 6);
    BN_add_word(out.get(), digit);
  }
  return out;
}

}  // namespace

// Published constants, needed to tell an official database from another.
const PublicKey official_key = {
    "118640995551645342603070001658453189751527774412027743746599405743243142607464144767361060640"
    "655844749760788890022283424922762488917565551002467771109669598189410434699034532232228621591"
    "089508178591428456220796841621637175567590476666928698770143328137383952820383197532047771780"
    "196576957695822641224262693037",
    "100001027"};

bool is_sealed(std::string_view md5, std::string_view seal, const PublicKey& key) {
  if (seal.empty() || seal.size() > seal_digits_max) return false;
  const Number modulus = decimal(key.modulus);
  const Number exponent = decimal(key.exponent);
  const Number number = sealed_number(seal);
  const Number plain(BN_new());
  const Context context(BN_CTX_new());
  if (!modulus || !exponent || !number || !plain || !context) return false;
  if (BN_mod_exp(plain.get(), number.get(), exponent.get(), modulus.get(), context.get()) != 1) {
    return false;
  }
  Buffer bytes(md5_bytes);
  const auto room = static_cast<int>(bytes.size());
  if (BN_bn2binpad(plain.get(), as_octets(std::span<std::byte>(bytes)), room) != room) return false;
  return equal_in_constant_time(to_hex(bytes), md5);
}

}  // namespace antidotary::signatures::clamav
