#include "formats/pdf/security.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>

#include "core/digest.h"

namespace antidotary::pdf {
namespace {

constexpr std::string_view padding(
    "\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08"
    "\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a",
    32);

std::string md5(const std::string& text) {
  Digester digester(DigestKind::md5);
  digester.update(as_bytes(text));
  return to_string(digester.finish());
}

std::string sha(const EVP_MD* kind, const std::string& text) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  const Bytes in = as_bytes(text);
  Buffer digest(EVP_MAX_MD_SIZE);
  if (EVP_Digest(in.data(), in.size(), as_octets(std::span(digest)), &size, kind, nullptr) != 1) {
    return "";
  }
  digest.resize(size);
  return to_string(digest);
}

Buffer rc4(std::string_view key, Bytes bytes) {
  std::array<std::uint8_t, 256> state;
  std::iota(state.begin(), state.end(), std::uint8_t{0});
  std::uint8_t j = 0;
  for (std::size_t i = 0; i < 256; ++i) {
    j = static_cast<std::uint8_t>(j + state[i] + static_cast<std::uint8_t>(key[i % key.size()]));
    std::swap(state[i], state[j]);
  }
  Buffer out(bytes.begin(), bytes.end());
  std::uint8_t i = 0;
  j = 0;
  for (std::byte& b : out) {
    j = static_cast<std::uint8_t>(j + state[++i]);
    std::swap(state[i], state[j]);
    b ^= static_cast<std::byte>(state[static_cast<std::uint8_t>(state[i] + state[j])]);
  }
  return out;
}

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

// AES in CBC mode, without its padding: whole blocks of `bytes`.
Buffer aes(std::string_view key, Bytes vector, Bytes bytes, bool encrypt) {
  const EVP_CIPHER* const cipher = key.size() == 32 ? EVP_aes_256_cbc() : EVP_aes_128_cbc();
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  bytes = bytes.first(std::min<std::size_t>(bytes.size() / 16 * 16, 1u << 30));
  Buffer out(bytes.size());
  int size = 0;
  const bool done = context != nullptr &&
                    EVP_CipherInit_ex(context.get(), cipher, nullptr, as_octets(as_bytes(key)),
                                      as_octets(vector), encrypt ? 1 : 0) == 1 &&
                    EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                    EVP_CipherUpdate(context.get(), as_octets(std::span(out)), &size,
                                     as_octets(bytes), static_cast<int>(bytes.size())) == 1;
  if (!done) return {};
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// 7.6.2, algorithm 1: the vector stands before the text, the padding's length in its last byte.
Buffer aes_text(std::string_view key, Bytes bytes) {
  if (bytes.size() < 32 || (key.size() != 16 && key.size() != 32)) return {};
  Buffer out = aes(key, bytes.first(16), bytes.subspan(16), false);
  if (out.empty()) return out;
  const auto pad = std::to_integer<std::size_t>(out.back());
  if (pad >= 1 && pad <= 16) out.resize(out.size() - pad);
  return out;
}

std::string u32(std::uint32_t value) {
  std::string out;
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

struct Entries {
  std::string owner;
  std::string user;
  std::string user_key;  ///< UE.
  std::int64_t permissions = 0;
  std::string file_id;
  bool metadata = true;
};

// 7.6.3.3, algorithm 2.
std::string key_of(const Entries& in, int revision, std::size_t key_bytes) {
  std::string text = std::string(padding) + in.owner.substr(0, 32) +
                     u32(static_cast<std::uint32_t>(in.permissions)) + in.file_id;
  if (revision >= 4 && !in.metadata) text += "\xff\xff\xff\xff";
  std::string out = md5(text);
  for (int i = 0; revision >= 3 && i < 50; ++i) out = md5(out.substr(0, key_bytes));
  return out.substr(0, key_bytes);
}

// 7.6.3.4, algorithms 4 and 5: whether the empty password opens it.
bool opens(const Entries& in, int revision, const std::string& key) {
  if (revision == 2) return to_string(rc4(key, as_bytes(padding))) == in.user.substr(0, 32);
  const std::string digest = md5(std::string(padding) + in.file_id);
  std::string check = to_string(rc4(key, as_bytes(digest)));
  for (char i = 1; i <= 19; ++i) {
    std::string turned = key;
    for (char& c : turned) c = static_cast<char>(c ^ i);
    check = to_string(rc4(turned, as_bytes(check)));
  }
  return check == in.user.substr(0, 16);
}

// ISO 32000-2, 7.6.4.3.4, algorithm 2.B, for the empty password.
std::string hash_of(int revision, const std::string& salt) {
  std::string key = sha(EVP_sha256(), salt);
  if (revision < 6) return key;
  Buffer cipher;
  for (int round = 0;
       round < 64 || (!cipher.empty() && std::to_integer<int>(cipher.back()) > round - 32);
       ++round) {
    std::string text;
    for (int i = 0; i < 64; ++i) text += key;
    cipher = aes(std::string_view(key).substr(0, 16), as_bytes(key).subspan(16, 16), as_bytes(text),
                 true);
    if (cipher.size() < 16) return "";
    unsigned sum = 0;
    for (std::size_t i = 0; i < 16; ++i) sum += std::to_integer<unsigned>(cipher[i]);
    const EVP_MD* const kinds[] = {EVP_sha256(), EVP_sha384(), EVP_sha512()};
    key = sha(kinds[sum % 3], to_string(cipher));
    if (key.size() < 32 || round > 1000) return "";
  }
  return key.substr(0, 32);
}

Result<std::string> long_key_of(const Entries& in, int revision) {
  if (in.user.size() < 48 || in.user_key.size() < 32) {
    return fail(ErrorKind::malformed, "the document's keys are damaged");
  }
  if (hash_of(revision, in.user.substr(32, 8)) != in.user.substr(0, 32)) {
    return fail(ErrorKind::encrypted, "the document is encrypted with a password");
  }
  const std::string between = hash_of(revision, in.user.substr(40, 8));
  const Buffer zero(16);
  return to_string(aes(between, zero, as_bytes(in.user_key).first(32), false));
}

std::int64_t integer_in(const std::vector<Pair>& pairs, std::string_view name,
                        std::int64_t otherwise) {
  const auto value = value_in(pairs, name);
  return value ? integer_of(*value).value_or(otherwise) : otherwise;
}
std::string string_in(const std::vector<Pair>& pairs, std::string_view name) {
  const auto value = value_in(pairs, name);
  return value ? string_of(*value).value_or("") : "";
}
std::string name_in(const std::vector<Pair>& pairs, std::string_view name) {
  const auto value = value_in(pairs, name);
  return value ? name_of(*value).value_or("") : "";
}

}  // namespace

Result<Security> Security::open(const std::vector<Pair>& encrypt, std::string_view file_id) {
  const std::string handler = name_in(encrypt, "Filter");
  if (handler != "Standard") {
    return fail(ErrorKind::encrypted, "the document is encrypted for certain readers");
  }
  const std::int64_t version = integer_in(encrypt, "V", 0);
  Security out;
  out.revision_ = static_cast<int>(integer_in(encrypt, "R", 0));
  if (version < 1 || version > 5 || version == 3 || out.revision_ < 2 || out.revision_ > 6) {
    return fail(ErrorKind::unsupported, "the document is encrypted in a way that is not read");
  }
  const auto metadata = value_in(encrypt, "EncryptMetadata");
  out.metadata_ = !metadata || *metadata != "false";
  const Entries in{string_in(encrypt, "O"),     string_in(encrypt, "U"), string_in(encrypt, "UE"),
                   integer_in(encrypt, "P", 0), std::string(file_id),    out.metadata_};
  if (version >= 4) {
    const auto filters = value_in(encrypt, "CF");
    const std::vector<Pair> known = filters ? pairs_of(*filters) : std::vector<Pair>();
    const auto method_of = [&](std::string_view which) {
      const std::string name = name_in(encrypt, which);
      const auto filter = value_in(known, name);
      if (name.empty() || name == "Identity" || !filter) return Method::identity;
      const std::string method = name_in(pairs_of(*filter), "CFM");
      if (method == "None") return Method::identity;
      return method == "V2" ? Method::rc4 : Method::aes;
    };
    out.streams_ = method_of("StmF");
    out.strings_ = method_of("StrF");
  }
  if (out.revision_ >= 5) {
    out.key_ = ANTIDOTARY_TRY(long_key_of(in, out.revision_));
    if (out.key_.size() != 32) return fail(ErrorKind::malformed, "the document's keys are damaged");
    return out;
  }
  const std::int64_t bits =
      version == 1 ? 40 : integer_in(encrypt, "Length", version == 4 ? 128 : 40);
  // Some writers state bytes.
  const std::int64_t key_bytes = bits >= 40 ? bits / 8 : bits;
  if (key_bytes < 5 || key_bytes > 16) {
    return fail(ErrorKind::malformed, "the document states no possible length of its key");
  }
  out.key_ = key_of(in, out.revision_, version == 4 ? 16 : static_cast<std::size_t>(key_bytes));
  if (!opens(in, out.revision_, out.key_)) {
    return fail(ErrorKind::encrypted, "the document is encrypted with a password");
  }
  return out;
}

Buffer Security::decrypt(Method method, Reference object, Bytes bytes) const {
  if (method == Method::identity) return to_buffer(bytes);
  if (revision_ >= 5) return aes_text(key_, bytes);
  // 7.6.2, algorithm 1: each object has a key of its own.
  std::string text = key_ + u32(object.number).substr(0, 3) + u32(object.generation).substr(0, 2);
  if (method == Method::aes) text += "sAlT";
  const std::string key = md5(text).substr(0, std::min<std::size_t>(key_.size() + 5, 16));
  return method == Method::aes ? aes_text(key, bytes) : rc4(key, bytes);
}

Buffer Security::decrypt_stream(Reference object, Bytes bytes) const {
  return decrypt(streams_, object, bytes);
}

Buffer Security::decrypt_string(Reference object, Bytes bytes) const {
  return decrypt(strings_, object, bytes);
}

}  // namespace antidotary::pdf
