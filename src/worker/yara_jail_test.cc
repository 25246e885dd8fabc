// Method: rules that use every module are warmed here and asked about the same objects twice, in
// this process and in a jailed child. What a library loads only there would end the child.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <optional>

#include "core/reader.h"
#include "files/scratch.h"
#include "jail/jail.h"
#include "pack/yara.h"
#include "pack/yara_sample.h"

namespace antidotary::worker {
namespace {

using ::testing::HasSubstr;

constexpr int patience_ms = 60'000;

constexpr const char* rules = R"(
import "pe" import "elf" import "math" import "hash" import "dotnet" import "time"
import "cuckoo" import "magic" import "console" import "dex" import "macho"
rule all_bytes { condition: filesize >= 0 }
rule is_pe { condition: pe.is_pe }
rule is_signed { condition: pe.number_of_signatures == 1 }
rule signed_by_us {
  condition: pe.number_of_signatures == 1 and pe.signatures[0].issuer contains "Antidotary test"
}
rule imports { condition: pe.imphash() != "" or pe.rich_signature.toolid(1) == 0 }
rule is_elf { condition: elf.machine == elf.EM_X86_64 }
rule elf_names { condition: for any s in elf.sections : (s.name == ".text") }
rule is_dotnet { condition: dotnet.number_of_streams > 0 }
rule is_dex { condition: dex.header.file_size > 0 }
rule is_macho { condition: macho.cputype == 7 }
rule dull { condition: math.entropy(0, filesize) < 7 and math.mean(0, filesize) < 200 }
rule digests {
  condition: hash.md5(0, filesize) != hash.sha1(0, filesize) and hash.sha256(0, filesize) != "" and
             hash.crc32(0, filesize) >= 0 and hash.checksum32(0, filesize) >= 0
}
rule told_the_time { condition: time.now() > 1600000000 }
rule sandbox { condition: cuckoo.network.http_request(/x/) == 1 }
rule magic_text { condition: magic.type() contains "text" }
rule magic_elf { condition: magic.type() contains "ELF" }
rule magic_pe { condition: magic.type() contains "PE32" }
rule magic_gzip { condition: magic.mime_type() contains "gzip" }
rule magic_json { condition: magic.type() contains "JSON" }
rule spoke { condition: console.log("here") }
rule sought {
  strings: $a = "text" nocase wide ascii fullword $b = /t[ex]{2,4}t+/i $c = { 74 65 [0-300] 74 }
           $d = "This" xor $e = "program" base64
  condition: any of them
}
)";

Buffer text(std::string_view bytes) { return to_buffer(as_bytes(bytes)); }

void set_u32(Buffer& out, std::size_t at, std::size_t value) {
  store_u32_le(out, at, static_cast<std::uint32_t>(value));
}

/// A PKCS #7 signature over nothing, by a key made for this test.
Buffer signature() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             as_octets(as_bytes(std::string_view("Antidotary test"))), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  BIO* nothing = BIO_new(BIO_s_mem());
  PKCS7* signed_data = PKCS7_sign(certificate, key, nullptr, nothing, PKCS7_BINARY);
  unsigned char* der = nullptr;
  const int size = i2d_PKCS7(signed_data, &der);
  Buffer out = to_buffer(view_of(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  PKCS7_free(signed_data);
  BIO_free(nothing);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}

/// What `make` yields, made by another process: this one's libraries are to be as they would be
/// in a program that never signed anything.
Buffer made_elsewhere(const files::Scratch& scratch, const std::function<Buffer()>& make) {
  const pid_t pid = fork();
  if (pid == 0) {
    const Buffer made = make();
    scratch.file("made", as_text(made));
    _exit(0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return text(scratch.content(scratch.path("made")));
}

/// Headers of a PE without a section or a line of code, signed.
Buffer signed_pe() {
  constexpr std::size_t certificate_at = 1024;
  Buffer out(certificate_at);
  store_u16_le(out, 0, 0x5a4d);
  set_u32(out, 0x3c, 0x80);
  set_u32(out, 0x80, 0x4550);
  store_u16_le(out, 0x84, 0x14c);
  store_u16_le(out, 0x94, 0xe0);
  store_u16_le(out, 0x96, 0x102);
  store_u16_le(out, 0x98, 0x10b);
  set_u32(out, 0x98 + 92, 16);  // directories
  const files::Scratch scratch;
  Buffer body = made_elsewhere(scratch, signature);
  body.resize((body.size() + 7) / 8 * 8);
  set_u32(out, 0x98 + 96 + 4 * 8, certificate_at);
  set_u32(out, 0x98 + 96 + 4 * 8 + 4, body.size() + 8);
  append_u32_le(out, static_cast<std::uint32_t>(body.size() + 8));
  append_u16_le(out, 0x200);
  append_u16_le(out, 2);
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

std::vector<Buffer> objects() {
  std::vector<Buffer> out = {
      text("A text of some words.\n"),
      text("{\"a\": [1, 2, {\"b\": null}]}"),
      text("<?xml version=\"1.0\"?><a>b</a>"),
      text("%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj"),
      text(std::string("PK\3\4\24\0\0\0\10\0", 10) + std::string(200, 'z')),
      text(std::string("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") + std::string(600, '\0')),
      text("dex\n035" + std::string(25, '\0') + std::string(200, '\2')),
      text("\xcf\xfa\xed\xfe\x07" + std::string(200, '\0')),
      text("\x1f\x8b\x08" + std::string(200, '\1')),
      Buffer{},
      signed_pe(),
      text(files::Scratch::content("/bin/sh"))};
  return out;
}

/// "rule rule ..." for each object.
std::string answers(const pack::Yara& yara, const std::vector<Buffer>& all) {
  std::string out;
  for (const Buffer& object : all) {
    Budget budget;
    pack::YaraSubject subject;
    subject.bytes = object;
    std::vector<pack::YaraMatch> found;
    if (const Status status = yara.scan(subject, budget, found); !status) {
      return out + status.error().what;
    }
    for (const pack::YaraMatch& match : found) out += match.rule + " ";
    out += "\n";
  }
  return out;
}

TEST(YaraInTheJail, AnswersAsOutside) {
  const Buffer section = pack::yara_sample::section(rules);
  const std::vector<Buffer> all = objects();
  std::optional<pack::Yara> yara(*pack::Yara::open(section));
  yara->warm();
  // The child answers before this process has done more than warm.
  auto child = jail::start({}, [&](jail::Channel& channel) {
    const std::string said = answers(*yara, all);
    if (!channel.send(1, as_bytes(std::string_view(said)))) _exit(1);
  });
  ASSERT_TRUE(child.has_value()) << child.error().what;
  const auto message = child->channel().receive(patience_ms);
  ASSERT_TRUE(message.has_value()) << "the worker " << child->reap();
  const std::string inside = to_string(message->body);
  EXPECT_EQ(inside, answers(*yara, all));
  for (const char* rule : {"signed_by_us", "is_elf", "elf_names", "magic_text", "magic_elf",
                           "magic_pe", "magic_gzip", "magic_json", "digests", "told_the_time",
                           "is_dex", "is_macho", "spoke", "sought", "dull"}) {
    EXPECT_THAT(inside, HasSubstr(std::string(rule) + " "));
  }
}

TEST(YaraInTheJail, NeedsToBeWarmed) {
  // What `warm` is for: without it libmagic's database is out of reach. A process of its own, since
  // this one may have loaded it already.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const Buffer section = pack::yara_sample::section(
            "import \"magic\" rule m { condition: magic.type() contains \"text\" }");
        const auto yara = pack::Yara::open(section);
        auto child = jail::start({}, [&](jail::Channel& channel) {
          const std::string said = answers(*yara, {text("A text of some words.\n")});
          if (!channel.send(1, as_bytes(std::string_view(said)))) _exit(1);
        });
        const auto message = child->channel().receive(patience_ms);
        _exit(message && as_text(message->body) == "m \n" ? 1 : 0);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace antidotary::worker
