// Digests against the published examples of their standards.
#include "core/digest.h"

#include <gtest/gtest.h>

namespace antidotary {
namespace {

TEST(Digest, AgreesWithThePublishedExamples) {
  const Bytes abc = as_bytes(std::string_view("abc"));
  EXPECT_EQ(hex_digest(DigestKind::md5, abc), "900150983cd24fb0d6963f7d28e17f72");  // RFC 1321
  EXPECT_EQ(hex_digest(DigestKind::sha1, abc), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha256_hex(abc),  // FIPS 180-4
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, FedInPiecesIsTheSame) {
  Digester digester(DigestKind::sha256);
  digester.update(as_bytes(std::string_view("a")));
  digester.update(as_bytes(std::string_view("bc")));
  EXPECT_EQ(digester.finish_hex(), sha256_hex(as_bytes(std::string_view("abc"))));
}

TEST(Hmac, AgreesWithRfc4231Case2) {
  EXPECT_EQ(hmac_sha256_hex(as_bytes(std::string_view("Jefe")),
                            as_bytes(std::string_view("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hex, RoundTripsAndRefusesNonsense) {
  EXPECT_EQ(to_hex(*from_hex("00fFa0")), "00ffa0");
  EXPECT_FALSE(from_hex("0").has_value());
  EXPECT_FALSE(from_hex("zz").has_value());
}

}  // namespace
}  // namespace antidotary
