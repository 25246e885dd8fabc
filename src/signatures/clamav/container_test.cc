// Method: databases as freshclam makes them (a header that no seal covers, a tar, an .info that is
// sealed), sealed by a key made here. That clamscan 1.4.6 takes and refuses the same ones was asked
// of a copy of its library with such a key in place of the publisher's (docs/decisions/0192).
#include "signatures/clamav/container.h"

#include <gmock/gmock.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <zlib.h>

#include <memory>

#include "core/digest.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view lines = "T.Mark:0:*:51787a7178717a7178717a71\n";
using Members = std::vector<std::pair<std::string, std::string>>;

/// A key pair of this run.
class Signer {
 public:
  Signer() : key_(EVP_RSA_gen(2048), &EVP_PKEY_free) {
    modulus_ = number(OSSL_PKEY_PARAM_RSA_N);
    exponent_ = number(OSSL_PKEY_PARAM_RSA_E);
  }

  PublicKey key() const { return {modulus_.c_str(), exponent_.c_str()}; }

  std::string seal(std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                     &EVP_MD_CTX_free);
    EVP_PKEY_CTX* padding = nullptr;
    EXPECT_EQ(EVP_DigestSignInit(context.get(), &padding, EVP_sha256(), nullptr, key_.get()), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING), 1);
    EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, 32), 1);
    std::vector<unsigned char> signature(256);
    std::size_t size = signature.size();
    const Bytes bytes = as_bytes(text);
    EXPECT_EQ(
        EVP_DigestSign(context.get(), signature.data(), &size, as_octets(bytes), bytes.size()), 1);
    return digits(signature);
  }

 private:
  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key_.get(), name, &value), 1);
    char* const decimal = BN_bn2dec(value);
    std::string out = decimal;
    OPENSSL_free(decimal);
    BN_free(value);
    return out;
  }

  // The number in digits of six bits, least first.
  static std::string digits(const std::vector<unsigned char>& number) {
    constexpr std::string_view alphabet =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
    std::string out;
    for (std::size_t bit = 0; bit < number.size() * 8; bit += 6) {
      std::size_t digit = 0;
      for (std::size_t i = 0; i < 6 && bit + i < number.size() * 8; ++i) {
        const std::size_t at = bit + i;
        const unsigned byte = number[number.size() - 1 - at / 8];
        digit |= static_cast<std::size_t>(byte >> at % 8 & 1u) << i;
      }
      out += alphabet[digit];
    }
    return out;
  }

  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::string modulus_;
  std::string exponent_;
};

const Signer& signer() {
  static const Signer one;
  return one;
}

std::string info_of(const Members& members) {
  std::string out = "ClamAV-VDB:01 Jan 2026 00-00 +0000:3:1:90:X:x:tester:0\n";
  for (const auto& [name, text] : members) {
    out += name + ":" + std::to_string(text.size()) + ":" + sha256_hex(as_bytes(text)) + "\n";
  }
  return out;
}

std::string sealed(std::string info) {
  const std::string seal = signer().seal(info);
  return std::move(info) + "DSIG:" + seal + "\n";
}

std::string tar(const Members& members) {
  std::string out;
  for (const auto& [name, text] : members) {
    std::string head(512, '\0');
    head.replace(0, name.size(), name);
    head.replace(100, 7, "0000644");
    char size[12];
    std::snprintf(size, sizeof size, "%011zo", text.size());
    head.replace(124, 11, size);
    head.replace(136, 11, "00000000000");
    head.replace(148, 8, "        ");
    head[156] = '0';
    head.replace(257, 8,
                 std::string("ustar\0"
                             "00",
                             8));
    unsigned sum = 0;
    for (const char one : head) sum += static_cast<unsigned char>(one);
    char digits[8];
    std::snprintf(digits, sizeof digits, "%06o", sum);
    head.replace(148, 6, digits);
    head[154] = '\0';
    out += head + text + std::string((512 - text.size() % 512) % 512, '\0');
  }
  return out + std::string(1024, '\0');
}

std::string database(const Members& members) {
  std::string out = "ClamAV-VDB:01 Jan 2026 00-00 +0000:3:1:90:X:x:tester:0";
  out.resize(512, ' ');
  return out + tar(members);
}

/// "official", "unofficial" or why it is refused.
std::string read_as(std::string_view extension, const Members& members) {
  Corpus corpus;
  corpus.begin_source({"daily." + std::string(extension), "", "", 0, 0, 0, false});
  const std::string bytes = database(members);
  const Status status = read_container(extension, as_bytes(bytes), signer().key(), corpus);
  if (!status) return status.error().what;
  EXPECT_EQ(corpus.rules.size(), 1u);
  return corpus.current().official ? "official" : "unofficial";
}

const Members one = {{"daily.ndb", std::string(lines)}};

Members with_info(const std::string& info, const Members& members = one) {
  Members out = {{"daily.info", info}};
  out.insert(out.end(), members.begin(), members.end());
  return out;
}

TEST(UpdatedDatabase, IsOfficialByTheSealOfItsInfo) {
  EXPECT_EQ(read_as("cld", with_info(sealed(info_of(one)))), "official");
}

TEST(UpdatedDatabase, MayHaveItsInfoLastAndTextsThatAreStatedNowhere) {
  EXPECT_EQ(read_as("cld", {one[0], {"daily.info", sealed(info_of(one))}}), "official");
  EXPECT_EQ(read_as("cld", with_info(sealed(info_of(one)), {one[0], {"COPYING", "words"}})),
            "official");
}

TEST(UpdatedDatabase, IsUnofficialWithoutASeal) {
  EXPECT_EQ(read_as("cld", one), "unofficial");
  EXPECT_EQ(read_as("cld", with_info(info_of(one))), "unofficial");
  EXPECT_EQ(read_as("cud", with_info(info_of(one))), "unofficial");
  EXPECT_EQ(read_as("cud", with_info(sealed(info_of(one)))), "unofficial");
}

TEST(UpdatedDatabase, IsRefusedWhereItsSealIsBroken) {
  const std::string info = info_of(one);
  for (const std::string& broken :
       {info + "DSIG:\n", info + "DSIG:abcd\n", info + "DSIG:" + std::string(900, 'a') + "\n",
        info + "DSIG:!" + std::string(340, 'a') + "\n",
        info + "x:1:" + std::string(64, '0') + "\nDSIG:" + signer().seal(info) + "\n"}) {
    EXPECT_THAT(read_as("cld", with_info(broken)), HasSubstr("is not the publisher's"));
  }
}

TEST(UpdatedDatabase, IsRefusedWhereAMemberIsAddedChangedOrGone) {
  const std::string info = sealed(info_of(one));
  EXPECT_THAT(read_as("cld", with_info(info, {{"daily.ndb", std::string(lines) + "#"}})),
              HasSubstr("daily.ndb is not what its .info says"));
  EXPECT_THAT(read_as("cld", with_info(info, {one[0], {"daily.db", "X=00112233\n"}})),
              HasSubstr("daily.db is not in its .info"));
  EXPECT_THAT(read_as("cld", with_info(info, {})), HasSubstr("daily.ndb is missing"));
}

TEST(UpdatedDatabase, IsHeldAgainstThePublishersKeyByDefault) {
  Corpus corpus;
  corpus.begin_source({"daily.cld", "", "", 0, 0, 0, false});
  const std::string bytes = database(with_info(sealed(info_of(one))));
  const Status status = read("cld", as_bytes(bytes), corpus);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().what, HasSubstr("is not the publisher's"));
}

/// One gzip member around `text`.
std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Buffer out(deflateBound(&stream, text.size()));
  stream.next_in = const_cast<Bytef*>(as_octets(as_bytes(text)));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = as_octets(std::span<std::byte>(out));
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return to_string(out);
}

std::string packed(std::string_view md5, std::string_view content) {
  std::string out = "ClamAV-VDB:01 Jan 2026 00-00 +0000:3:1:90:" + std::string(md5) + ":x:tester:0";
  out.resize(512, ' ');
  return out + std::string(content);
}

std::string refusal_of(std::string_view extension, const std::string& bytes) {
  Corpus corpus;
  corpus.begin_source({"x", "", "", 0, 0, 0, false});
  const Status status = read(extension, as_bytes(bytes), corpus);
  return status ? "taken" : status.error().what;
}

TEST(LocalDatabase, IsRefusedWhereItsGzipStreamIsNotWhatItsTrailerSays) {
  const std::string good = gzip(tar(one));
  ASSERT_EQ(refusal_of("cld", packed("X", good)), "taken");
  ASSERT_EQ(refusal_of("cud", packed("X", good)), "taken");
  ASSERT_EQ(refusal_of("cld", packed("X", good + std::string(512, '\0'))), "taken");
  // The checksum, then the length (RFC 1952, 2.3.1), one bit each; then all ways to cut it.
  for (std::size_t back = 1; back <= 8; ++back) {
    std::string damaged = good;
    damaged[damaged.size() - back] ^= 1;
    EXPECT_THAT(refusal_of("cld", packed("X", damaged)), HasSubstr("its own checksum")) << back;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(refusal_of("cld", packed("X", good.substr(0, size))), "taken") << size;
  }
  // A bit that changes a letter of a signature, and nothing of the archive's shape.
  std::string stored = tar(one);
  stored[512 + 3] ^= 1;
  const std::string other = gzip(stored);
  const std::string mixed = other.substr(0, other.size() - 8) + good.substr(good.size() - 8);
  EXPECT_THAT(refusal_of("cld", packed("X", mixed)), HasSubstr("its own checksum"));
}

TEST(LocalDatabase, IsWhatTheMd5InItsHeaderSaysWhereThereIsOne) {
  const std::string content = tar(one);
  const std::string right = hex_digest(DigestKind::md5, as_bytes(std::string_view(content)));
  EXPECT_EQ(refusal_of("cud", packed(right, content)), "taken");
  EXPECT_THAT(refusal_of("cud", packed(std::string(32, '0'), content)), HasSubstr("MD5 differs"));
  // freshclam leaves the header of the difference that it applied.
  EXPECT_EQ(refusal_of("cld", packed(std::string(32, '0'), content)), "taken");
}

}  // namespace
}  // namespace antidotary::signatures::clamav
