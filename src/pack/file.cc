#include "pack/file.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <set>

#include "core/digest.h"
#include "core/reader.h"

namespace antidotary::pack {
namespace {

// docs/formats/pack.md states this layout.
constexpr std::size_t fixed_header_bytes = 64;
constexpr std::size_t alignment = 4096;
constexpr std::size_t name_bytes = 32;
constexpr std::size_t record_bytes = name_bytes + 16 + 64;
constexpr std::size_t sections_max = 256;
constexpr std::size_t id_bytes = 32;
constexpr std::size_t signature_bytes = 64;
constexpr std::size_t key_bytes = 32;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

Sha256 digest_of(Bytes bytes) {
  Digester digester(DigestKind::sha256);
  digester.update(bytes);
  const Buffer digest = digester.finish();
  Sha256 out{};
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

std::size_t aligned(std::size_t offset) { return (offset + alignment - 1) / alignment * alignment; }

void append(Buffer& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

Result<Buffer> sign(Bytes message, Bytes private_key) {
  if (private_key.size() != key_bytes) {
    return fail(ErrorKind::bad_input, "an Ed25519 key has {} bytes, not {}", key_bytes,
                private_key.size());
  }
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, as_octets(private_key),
                                             private_key.size()));
  const Context context(EVP_MD_CTX_new());
  Buffer out(signature_bytes);
  std::size_t size = out.size();
  const bool done = key && context &&
                    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                    EVP_DigestSign(context.get(), as_octets(std::span<std::byte>(out)), &size,
                                   as_octets(message), message.size()) == 1;
  if (!done || size != out.size()) return fail(ErrorKind::internal, "the pack cannot be signed");
  return out;
}

std::string trimmed(Bytes name) {
  const std::string_view text = as_text(name);
  return std::string(text.substr(0, std::min(text.find('\0'), text.size())));
}

/// Bytes before the first section where there are `sections` of them; room for a signature is
/// always kept, so that signing moves nothing.
std::size_t head_bytes(std::size_t sections) {
  return aligned(fixed_header_bytes + sections * record_bytes + id_bytes + signature_bytes);
}

/// The section that `record` of the table states. It must begin at or after `from` and end inside
/// `size` bytes; `file` may be shorter than that where it was cut.
Result<File::Section> section_of(Bytes record, Bytes file, std::uint64_t from, std::uint64_t size) {
  File::Section out;
  out.name = trimmed(record.first(name_bytes));
  const std::uint64_t begin = load_u64_le(record, name_bytes);
  const std::uint64_t length = load_u64_le(record, name_bytes + 8);
  if (out.name.empty() || begin % alignment != 0 || begin < from || begin > size ||
      length > size - begin) {
    return fail(ErrorKind::malformed, "the place of its section '{}' cannot be", out.name);
  }
  if (begin > file.size() || length > file.size() - begin) {
    return fail(ErrorKind::truncated, "it is cut in the section '{}'", out.name);
  }
  out.bytes = file.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(length));
  std::copy_n(&record[name_bytes + 16], out.digest.size(), out.digest.begin());
  std::copy_n(&record[name_bytes + 48], out.inputs.size(), out.inputs.begin());
  return out;
}

/// Header fields that must be right before anything else is believed. Returns the number of
/// sections.
Result<std::size_t> check_header(Bytes file) {
  const std::string_view begin = as_text(file).substr(0, file_magic.size());
  if (begin.empty() || !file_magic.starts_with(begin)) {
    return fail(ErrorKind::not_this_format, "it does not begin as a pack does");
  }
  if (file.size() < fixed_header_bytes) return fail(ErrorKind::truncated, "its header is cut");
  const std::uint32_t version = load_u32_le(file, 16);
  if (version != format_version) {
    return fail(ErrorKind::unsupported,
                "made by {} antidotary (format {}); this one reads format {}: build it again with "
                "'antidotary pack build'",
                version > format_version ? "a newer" : "an older", version, format_version);
  }
  const std::size_t count = load_u32_le(file, 24);
  if (count > sections_max) return fail(ErrorKind::malformed, "it says {} sections", count);
  const std::size_t head = fixed_header_bytes + count * record_bytes;
  if (file.size() < head + id_bytes + signature_bytes) {
    return fail(ErrorKind::truncated, "its table of sections is cut");
  }
  const Sha256 id = digest_of(file.first(head));
  if (!std::equal(id.begin(), id.end(), &file[head])) {
    return fail(ErrorKind::malformed, "its header is damaged");
  }
  return count;
}

}  // namespace

void FileWriter::add(std::string name, Buffer bytes, const Sha256& inputs) {
  sections_.push_back({std::move(name), std::move(bytes), inputs});
}

Result<Buffer> FileWriter::finish(Bytes signing_key) && {
  Buffer table;
  std::set<std::string_view> names;
  std::size_t offset = head_bytes(sections_.size());
  for (const Section& section : sections_) {
    const bool fresh = names.insert(section.name).second;
    if (!fresh || section.name.empty() || section.name.size() >= name_bytes ||
        sections_.size() > sections_max) {
      return fail(ErrorKind::internal, "the pack's section '{}' cannot be written", section.name);
    }
    append(table, as_bytes(std::string_view(section.name)));
    table.resize(table.size() + name_bytes - section.name.size());
    append_u64_le(table, offset);
    append_u64_le(table, section.bytes.size());
    append(table, digest_of(section.bytes));
    append(table, section.inputs);
    offset = aligned(offset + section.bytes.size());
  }
  Buffer out;
  out.reserve(offset);
  append(out, as_bytes(file_magic));
  append_u32_le(out, format_version);
  append_u32_le(out, engine_level);
  append_u32_le(out, static_cast<std::uint32_t>(sections_.size()));
  append_u32_le(out, signing_key.empty() ? 0 : 1);
  append_u64_le(out, offset);
  out.resize(fixed_header_bytes);
  append(out, table);
  const Sha256 id = digest_of(out);
  append(out, id);
  if (!signing_key.empty()) append(out, ANTIDOTARY_TRY(sign(id, signing_key)));
  out.resize(head_bytes(sections_.size()));
  for (Section& section : sections_) {
    append(out, section.bytes);
    out.resize(aligned(out.size()));
    section.bytes = {};  // hundreds of megabytes that need not be held twice
  }
  return out;
}

Result<File> File::open(Bytes file) {
  const std::size_t count = ANTIDOTARY_TRY(check_header(file));
  const bool is_signed = load_u32_le(file, 28) != 0;
  const std::uint64_t size = load_u64_le(file, 32);
  const std::size_t head = fixed_header_bytes + count * record_bytes;
  File out;
  out.file_ = file;
  std::set<std::string> names;
  std::uint64_t from = head_bytes(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes record = file.subspan(fixed_header_bytes + i * record_bytes, record_bytes);
    Section section = ANTIDOTARY_TRY(section_of(record, file, from, size));
    from = load_u64_le(record, name_bytes) + section.bytes.size();
    if (!names.insert(section.name).second) {
      return fail(ErrorKind::malformed, "it has two sections '{}'", section.name);
    }
    out.sections_.push_back(std::move(section));
  }
  if (file.size() < size) {
    return fail(ErrorKind::truncated, "it has {} bytes where its header says {}", file.size(),
                size);
  }
  if (file.size() > size) {
    return fail(ErrorKind::malformed, "it has {} bytes where its header says {}", file.size(),
                size);
  }
  out.signed_bytes_ = to_buffer(file.subspan(head, id_bytes));
  out.id_ = to_hex(out.signed_bytes_);
  if (is_signed) out.signature_ = to_buffer(file.subspan(head + id_bytes, signature_bytes));
  return out;
}

Bytes File::section(std::string_view name) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(),
                                  [&](const Section& one) { return one.name == name; });
  return found == sections_.end() ? Bytes{} : found->bytes;
}

Status File::check_empty(std::size_t begin, std::size_t end) const {
  for (std::size_t i = begin; i < end; ++i) {
    if (file_[i] == std::byte{0}) continue;
    return fail_at(i, ErrorKind::malformed,
                   "it holds something between its sections, at byte {}: build it again", i);
  }
  return {};
}

Status File::verify_sections() const {
  std::size_t at = fixed_header_bytes + sections_.size() * record_bytes + id_bytes;
  if (signature_) at += signature_bytes;
  for (const Section& section : sections_) {
    const auto begin = static_cast<std::size_t>(section.bytes.data() - file_.data());
    ANTIDOTARY_CHECK(check_empty(at, begin));
    at = begin + section.bytes.size();
    if (digest_of(section.bytes) != section.digest) {
      return fail(ErrorKind::malformed, "the section '{}' is damaged: build it again",
                  section.name);
    }
  }
  return check_empty(at, file_.size());
}

Status File::verify_signature(Bytes public_key) const {
  if (!signature_) return fail(ErrorKind::refused, "it is not signed");
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, as_octets(public_key),
                                            public_key.size()));
  const Context context(EVP_MD_CTX_new());
  const bool good =
      key && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), as_octets(*signature_), signature_->size(),
                       as_octets(signed_bytes_), signed_bytes_.size()) == 1;
  if (!good) return fail(ErrorKind::refused, "its signature is not by this key");
  return {};
}

}  // namespace antidotary::pack
