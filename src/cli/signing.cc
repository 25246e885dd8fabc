#include "cli/signing.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <memory>

#include "files/root.h"

namespace antidotary::cli {
namespace {

constexpr std::uint64_t key_file_bytes_max = 64 << 10;

struct Free {
  void operator()(BIO* memory) const { BIO_free(memory); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Memory = std::unique_ptr<BIO, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

using ReadPem = EVP_PKEY* (*)(BIO*, EVP_PKEY**, pem_password_cb*, void*);
using RawBytes = int (*)(const EVP_PKEY*, unsigned char*, std::size_t*);

// A key under a pass phrase is not asked for: scripts build packs.
int no_pass_phrase(char*, int, int, void*) { return -1; }

Result<Buffer> read_key(const std::string& path, std::string_view what, ReadPem read,
                        RawBytes raw) {
  const Buffer text = ANTIDOTARY_TRY(files::read_file(path, key_file_bytes_max));
  const Memory memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const Key key(memory ? read(memory.get(), nullptr, no_pass_phrase, nullptr) : nullptr);
  if (!key && what == "public" && as_text(text).find("PRIVATE KEY") != std::string_view::npos) {
    return fail(
        ErrorKind::bad_input,
        "{} is a private key, which signs; 'openssl pkey -in {} -pubout -out public.pem' makes "
        "the public one",
        path, path);
  }
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) {
    return fail(ErrorKind::bad_input,
                "{} is not an Ed25519 {} key in PEM without a pass phrase; 'openssl genpkey "
                "-algorithm ed25519' makes one",
                path, what);
  }
  Buffer out(32);
  std::size_t size = out.size();
  if (raw(key.get(), as_octets(std::span<std::byte>(out)), &size) != 1 || size != out.size()) {
    return fail(ErrorKind::internal, "cannot take the bytes of the key {}", path);
  }
  return out;
}

}  // namespace

Result<Buffer> read_private_key(const std::string& path) {
  return read_key(path, "private", &PEM_read_bio_PrivateKey, &EVP_PKEY_get_raw_private_key);
}

Result<Buffer> read_public_half(const std::string& path) {
  return read_key(path, "private", &PEM_read_bio_PrivateKey, &EVP_PKEY_get_raw_public_key);
}

Result<Buffer> read_public_key(const std::string& path) {
  return read_key(path, "public", &PEM_read_bio_PUBKEY, &EVP_PKEY_get_raw_public_key);
}

}  // namespace antidotary::cli
