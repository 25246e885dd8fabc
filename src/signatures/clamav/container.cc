// CVD, CLD and CUD: a 512-byte header, then a tar (compressed in a CVD) of signature files.
//
// The header's MD5 is of all that follows it; its signature is textbook RSA over that MD5 by the
// publisher's key. A CVD whose digest or signature is wrong is refused whole; a CLD or CUD is a
// database that was put together locally: it is read, and counts as unofficial unless signed. A
// CUD's header may have no digest, and that of a CLD which freshclam updated covers nothing any
// more: a gzip stream must then be what its own trailer says, and each member what the .info member
// says, where there is one; by the seal of that member a CLD is official (index.h).
#include "signatures/clamav/container.h"

#include <archive.h>
#include <archive_entry.h>
#include <openssl/bn.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "core/digest.h"
#include "core/text.h"
#include "signatures/clamav/formats.h"
#include "signatures/clamav/index.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

constexpr std::uint64_t member_bytes_max = 2ull << 30;
constexpr std::size_t members_max = 1000;
constexpr std::size_t md5_digits = 32;
constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::uint64_t unpacked_bytes_max = 64ull << 30;

struct Free {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Free>;

struct Header {
  std::string time;
  std::uint64_t version = 0;
  std::uint64_t level = 0;
  std::string md5;
  std::string seal;
  std::uint64_t made_unix_s = 0;
};

Result<Header> header_of(Bytes bytes) {
  if (bytes.size() < header_bytes) {
    return fail(ErrorKind::bad_input, "it is cut: a database has a header of {} bytes",
                header_bytes);
  }
  const std::string_view text = as_text(bytes.first(header_bytes));
  if (!text.starts_with("ClamAV-VDB:")) {
    return fail(ErrorKind::bad_input, "it does not begin as a database does ('ClamAV-VDB:')");
  }
  const auto fields = split(text.substr(0, text.find_last_not_of(" \n") + 1), ':');
  // The time of building holds a ':' in some: it is written with '-'.
  if (fields.size() < 8) {
    return fail(ErrorKind::bad_input, "its header has {} fields; 8 are wanted", fields.size());
  }
  Header out;
  out.time = fields[1];
  out.version = ANTIDOTARY_TRY(number(fields[2], "its version"));
  out.level = ANTIDOTARY_TRY(number(fields[4], "its engine level"));
  out.md5 = ascii_lower(fields[5]);
  out.seal = fields[6];
  if (fields.size() > 8) out.made_unix_s = number(fields[8], "its time").value_or(0);
  return out;
}

/// Whether the header's signature is the publisher's. Errors: bad_input (the content is not what
/// the header says).
Result<bool> check(const Header& header, Bytes content, std::string_view extension) {
  const bool signed_kind = extension == "cvd";
  if (hex_digest(DigestKind::md5, content) != header.md5) {
    const bool states_one = header.md5.size() == md5_digits && from_hex(header.md5).has_value();
    if (signed_kind || (extension == "cud" && states_one)) {
      return fail(ErrorKind::bad_input,
                  "its content is not what its header says (MD5 differs): it is damaged or cut; "
                  "fetch it again");
    }
    return false;
  }
  const bool sealed = is_sealed(header.md5, header.seal);
  if (!sealed && signed_kind) {
    return fail(ErrorKind::bad_input,
                "its digital signature is not the publisher's: it is not an official database");
  }
  return sealed;
}

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

/// A gzip stream has the checksum and the length of what it holds at its end (RFC 1952, 2.3.1).
/// libarchive holds neither against what it brought out, and may not even come to the end.
/// Errors: bad_input (damaged, cut).
Status check_gzip(Bytes content) {
  if (!as_text(content).starts_with(gzip_magic)) return {};
  z_stream stream{};
  constexpr int gzip_alone = 16 + MAX_WBITS;
  if (inflateInit2(&stream, gzip_alone) != Z_OK) return fail(ErrorKind::internal, "zlib fails");
  const std::unique_ptr<z_stream, EndInflate> ending(&stream);
  constexpr std::size_t block_bytes = 1 << 18;
  Buffer out(block_bytes);
  std::uint64_t unpacked = 0;
  while (as_text(content).starts_with(gzip_magic)) {  // one member behind another
    for (int code = Z_OK; code != Z_STREAM_END;) {
      const Bytes piece = content.first(std::min(content.size(), block_bytes));
      stream.next_in = const_cast<Bytef*>(as_octets(piece));
      stream.avail_in = static_cast<uInt>(piece.size());
      stream.next_out = as_octets(std::span<std::byte>(out));
      stream.avail_out = static_cast<uInt>(out.size());
      code = inflate(&stream, Z_NO_FLUSH);
      content = content.subspan(piece.size() - stream.avail_in);
      unpacked += out.size() - stream.avail_out;
      if ((code != Z_OK && code != Z_STREAM_END) || unpacked > unpacked_bytes_max) {
        return fail(ErrorKind::bad_input,
                    "its content does not agree with its own checksum: it is damaged or cut; "
                    "fetch it again");
      }
    }
    inflateReset(&stream);
  }
  return {};
}

Result<Reader> open_archive(Bytes content) {
  Reader reader(archive_read_new());
  const bool ready =
      reader && archive_read_support_format_tar(reader.get()) == ARCHIVE_OK &&
      archive_read_support_filter_gzip(reader.get()) == ARCHIVE_OK &&
      archive_read_open_memory(reader.get(), content.data(), content.size()) == ARCHIVE_OK;
  if (!ready) return fail(ErrorKind::bad_input, "its content is no tar archive");
  return reader;
}

/// The next member that is a file; empty at the end. Errors: bad_input.
struct Member {
  std::string path;
  std::string extension;
};
Result<std::optional<Member>> next_member(archive* reader) {
  for (;;) {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(reader, &entry);
    if (code == ARCHIVE_EOF) return std::nullopt;
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
      return fail(ErrorKind::bad_input, "its archive is damaged or cut");
    }
    const char* const name = archive_entry_pathname(entry);
    if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG) continue;
    Member out{name, ""};
    const std::size_t dot = out.path.rfind('.');
    if (dot != std::string::npos) out.extension = ascii_lower(out.path.substr(dot + 1));
    return out;
  }
}

Result<Buffer> content_of(archive* reader, std::string_view path) {
  Buffer content;
  for (;;) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int code = archive_read_data_block(reader, &block, &size, &offset);
    if (code == ARCHIVE_EOF) return content;
    if (code != ARCHIVE_OK || content.size() + size > member_bytes_max) {
      return fail(ErrorKind::bad_input, "its member {} is damaged or over 2 GiB", path);
    }
    const Bytes piece = view_of(block, size);
    content.insert(content.end(), piece.begin(), piece.end());
  }
}

/// Where it is not sealed as a whole, what its .info says: wherever that stands in the archive.
Result<Index> index_of(Bytes content, const PublicKey& key) {
  const Reader reader = ANTIDOTARY_TRY(open_archive(content));
  for (std::size_t members = 0; members < members_max; ++members) {
    const auto member = ANTIDOTARY_TRY(next_member(reader.get()));
    if (!member) break;
    if (member->extension != "info") continue;
    return Index(ANTIDOTARY_TRY(content_of(reader.get(), member->path)), key);
  }
  return Index();
}

Status read_member(const Member& member, Bytes content, const pack::Source& container, Index& index,
                   Corpus& corpus) {
  const bool sealed = index.seal() == Index::Seal::whole;
  const std::string& extension = member.extension;
  const bool signatures = knows(extension) && extension != "info" && extension != "cvd" &&
                          extension != "cld" && extension != "cud";
  if (signatures && sealed && !index.states(member.path)) {
    return fail(ErrorKind::bad_input,
                "its member {} is not in its .info: somebody added it; fetch it again",
                member.path);
  }
  ANTIDOTARY_CHECK(index.check(member.path, content));
  if (!signatures) return {};
  pack::Source source;
  source.path = container.path + " > " + member.path;
  source.format = extension;
  source.bytes = content.size();
  source.sha256 = sha256_hex(content);
  source.official = container.official;
  corpus.begin_source(std::move(source));
  const Status taken = read(extension, content, corpus);
  if (!taken) corpus.refuse(0, taken.error().what);
  return {};
}

/// What an updater's database says of itself. Errors: bad_input (no seal of the publisher's).
Result<Index> checked_index(std::string_view extension, Bytes content, const PublicKey& key) {
  Index index = ANTIDOTARY_TRY(index_of(content, key));
  if (extension == "cld" && index.seal() == Index::Seal::broken) {
    return fail(ErrorKind::bad_input,
                "the seal in its .info is not the publisher's: it was changed since freshclam made "
                "it; fetch it again");
  }
  return index;
}

}  // namespace

std::uint64_t container_version(Bytes start) {
  const auto header = header_of(start);
  return header ? header->version : 0;
}

std::uint64_t container_made_unix_s(Bytes start) {
  const auto header = header_of(start);
  return header ? header->made_unix_s : 0;
}

Status read_container(std::string_view extension, Bytes bytes, const PublicKey& index_key,
                      Corpus& corpus) {
  const Header header = ANTIDOTARY_TRY(header_of(bytes));
  const Bytes content = bytes.subspan(header_bytes);
  bool official = ANTIDOTARY_TRY(check(header, content, extension));
  // A sealed content is what the publisher made.
  Index index;
  if (!official) ANTIDOTARY_CHECK(check_gzip(content));
  if (!official) index = ANTIDOTARY_TRY(checked_index(extension, content, index_key));
  official = official || (extension == "cld" && index.seal() == Index::Seal::whole);
  corpus.current().official = official;
  const pack::Source container = corpus.current();
  if (header.level > corpus.options().engine_level) {
    corpus.refuse(0, fmt::format("made for engines of level {}; this one is {}: some of its "
                                 "signatures may be left out",
                                 header.level, corpus.options().engine_level));
  }
  const std::size_t before = corpus.sources.size();
  const Reader reader = ANTIDOTARY_TRY(open_archive(content));
  for (std::size_t members = 0; members < members_max; ++members) {
    const auto member = ANTIDOTARY_TRY(next_member(reader.get()));
    if (!member) {
      ANTIDOTARY_CHECK(index.check_all_seen());
      if (corpus.sources.size() > before) return {};
      return fail(ErrorKind::bad_input, "there is no database in it: it is cut; fetch it again");
    }
    const Buffer bytes_of = ANTIDOTARY_TRY(content_of(reader.get(), member->path));
    ANTIDOTARY_CHECK(read_member(*member, bytes_of, container, index, corpus));
  }
  return fail(ErrorKind::bad_input, "it has over {} members", members_max);
}

Status read_container(std::string_view extension, Bytes bytes, Corpus& corpus) {
  return read_container(extension, bytes, official_index_key, corpus);
}

}  // namespace antidotary::signatures::clamav
