#include "signatures/clamav/seal.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

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
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Number = std::unique_ptr<BIGNUM, Free>;
using Context = std::unique_ptr<BN_CTX, Free>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Verifier = std::unique_ptr<EVP_MD_CTX, Free>;

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

/// OpenSSL's form of `modulus` and `exponent`, or null.
Key key_of(const Number& modulus, const Number& exponent) {
  const Builder builder(OSSL_PARAM_BLD_new());
  const bool put =
      builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1;
  if (!put) return nullptr;
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  EVP_PKEY* out = nullptr;
  const int made = EVP_PKEY_fromdata(context.get(), &out, EVP_PKEY_PUBLIC_KEY, parameters.get());
  Key key(out);
  return made == 1 ? std::move(key) : nullptr;
}

}  // namespace

// Published constants, needed to tell an official database from another.
const PublicKey official_key = {
    "118640995551645342603070001658453189751527774412027743746599405743243142607464144767361060640"
    "655844749760788890022283424922762488917565551002467771109669598189410434699034532232228621591"
    "089508178591428456220796841621637175567590476666928698770143328137383952820383197532047771780"
    "196576957695822641224262693037",
    "100001027"};

const PublicKey official_index_key = {
    "110888949830485454736595561066271949239289417917950476205916586974135810433227159121724968065"
    "253810558809645206184002243333205346602992339837553417406795028668299096799557343913926683783"
    "612215242053966310901051516412708572770803107343209516537005089417174191687239425078907029047"
    "027075874516216910507543078503833998653464872037984641785373922114027864813598244611972311028"
    "954150937703942166663244845939357624084685168266331921408266679234948220458053478099328484548"
    "458869717064243605586678627758760720594377033653802091016977385775154769350854694552799941131"
    "45977994084618328482151013142393373316337519977244732747977",
    "100002049"};

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

bool is_sealed_by_pss(Bytes message, std::string_view seal, const PublicKey& key) {
  constexpr int salt_bytes = 32;
  if (seal.empty() || seal.size() > seal_digits_max) return false;
  const Number modulus = decimal(key.modulus);
  const Number exponent = decimal(key.exponent);
  const Number number = sealed_number(seal);
  if (!modulus || !exponent || !number) return false;
  Buffer signature(static_cast<std::size_t>(BN_num_bytes(modulus.get())));
  const auto room = static_cast<int>(signature.size());
  const auto octets = as_octets(std::span<std::byte>(signature));
  if (BN_bn2binpad(number.get(), octets, room) != room) return false;
  const Key public_key = key_of(modulus, exponent);
  const Verifier verifier(EVP_MD_CTX_new());
  if (!public_key || !verifier) return false;
  EVP_PKEY_CTX* padding = nullptr;  // the verifier's
  return EVP_DigestVerifyInit(verifier.get(), &padding, EVP_sha256(), nullptr, public_key.get()) ==
             1 &&
         EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, salt_bytes) == 1 &&
         EVP_DigestVerify(verifier.get(), as_octets(Bytes(signature)), signature.size(),
                          as_octets(message), message.size()) == 1;
}

}  // namespace antidotary::signatures::clamav
