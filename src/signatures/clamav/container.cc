// CVD, CLD and CUD: a 512-byte header, then a tar (compressed in a CVD) of signature files.
//
// The header's MD5 is of all that follows it; its signature is textbook RSA over that MD5 by the
// publisher's key. A CVD whose digest or signature is wrong is refused whole; a CLD or CUD is a
// database that was put together locally: it is read, and counts as unofficial unless signed. Its
// header may have no digest; each member is then what the .info member says, where there is one.
#include "signatures/clamav/container.h"

#include <archive.h>
#include <archive_entry.h>
#include <openssl/bn.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/digest.h"
#include "core/text.h"
#include "signatures/clamav/formats.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"
#include "signatures/clamav/seal.h"

namespace antidotary::signatures::clamav {
namespace {

constexpr std::uint64_t member_bytes_max = 2ull << 30;
constexpr std::size_t members_max = 1000;

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
  return out;
}

/// Whether the header's signature is the publisher's. Errors: bad_input (the content is not what
/// the header says).
Result<bool> check(const Header& header, Bytes content, bool signed_kind) {
  if (hex_digest(DigestKind::md5, content) != header.md5) {
    if (signed_kind) {
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

/// What a database's .info member states of the others: name:size:SHA-256, a line each. Where the
/// header has no digest, as in a CLD that an updater made, damage is known by these alone.
class Stated {
 public:
  void read(Bytes info) {
    std::string_view text = as_text(info);
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      const auto fields = split(line, ':');
      if (fields.size() != 3 || fields[2].size() != sha256_digits) continue;
      members_[std::string(fields[0])] = {std::string(fields[1]), ascii_lower(fields[2])};
    }
  }

  Status check(std::string_view name, Bytes content) {
    const auto stated = members_.find(name);
    if (stated == members_.end()) return {};
    const auto& [size, sha256] = stated->second;
    if (std::to_string(content.size()) != size || sha256_hex(content) != sha256) {
      return fail(ErrorKind::bad_input,
                  "its member {} is not what its .info says: it is damaged; fetch it again", name);
    }
    members_.erase(stated);
    return {};
  }

  Status check_all_seen() const {
    if (members_.empty()) return {};
    return fail(ErrorKind::bad_input, "its member {} is missing: it is cut; fetch it again",
                members_.begin()->first);
  }

 private:
  static constexpr std::size_t sha256_digits = 64;
  std::map<std::string, std::pair<std::string, std::string>, std::less<>> members_;
};

Status read_member(archive* reader, archive_entry* entry, const pack::Source& container,
                   bool official, Stated& stated, Corpus& corpus) {
  const char* const name = archive_entry_pathname(entry);
  if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG) return {};
  const std::string_view path = name;
  const std::size_t dot = path.rfind('.');
  const std::string extension =
      dot == std::string_view::npos ? "" : ascii_lower(path.substr(dot + 1));
  Buffer content;
  for (;;) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int code = archive_read_data_block(reader, &block, &size, &offset);
    if (code == ARCHIVE_EOF) break;
    if (code != ARCHIVE_OK || content.size() + size > member_bytes_max) {
      return fail(ErrorKind::bad_input, "its member {} is damaged or over 2 GiB", path);
    }
    const Bytes piece = view_of(block, size);
    content.insert(content.end(), piece.begin(), piece.end());
  }
  // A sealed content is what the publisher made.
  if (extension == "info" && !official) stated.read(content);
  ANTIDOTARY_CHECK(stated.check(path, content));
  if (!knows(extension) || extension == "info" || extension == "cvd" || extension == "cld") {
    return {};
  }
  pack::Source source;
  source.path = container.path + " > " + std::string(path);
  source.format = extension;
  source.bytes = content.size();
  source.sha256 = sha256_hex(content);
  source.official = official;
  corpus.begin_source(std::move(source));
  const Status taken = read(extension, content, corpus);
  if (!taken) corpus.refuse(0, taken.error().what);
  return {};
}

}  // namespace

std::uint64_t container_version(Bytes start) {
  const auto header = header_of(start);
  return header ? header->version : 0;
}

Status read_container(std::string_view extension, Bytes bytes, Corpus& corpus) {
  const Header header = ANTIDOTARY_TRY(header_of(bytes));
  const Bytes content = bytes.subspan(header_bytes);
  const bool official = ANTIDOTARY_TRY(check(header, content, extension == "cvd"));
  const pack::Source container = corpus.current();
  corpus.current().official = official;
  if (header.level > corpus.options().engine_level) {
    corpus.refuse(0, fmt::format("made for engines of level {}; this one is {}: some of its "
                                 "signatures may be left out",
                                 header.level, corpus.options().engine_level));
  }
  const Reader reader(archive_read_new());
  const bool ready =
      reader && archive_read_support_format_tar(reader.get()) == ARCHIVE_OK &&
      archive_read_support_filter_gzip(reader.get()) == ARCHIVE_OK &&
      archive_read_open_memory(reader.get(), content.data(), content.size()) == ARCHIVE_OK;
  if (!ready) return fail(ErrorKind::bad_input, "its content is no tar archive");
  Stated stated;
  for (std::size_t members = 0; members < members_max; ++members) {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(reader.get(), &entry);
    if (code == ARCHIVE_EOF) return stated.check_all_seen();
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
      return fail(ErrorKind::bad_input, "its archive is damaged or cut");
    }
    ANTIDOTARY_CHECK(read_member(reader.get(), entry, container, official, stated, corpus));
  }
  return fail(ErrorKind::bad_input, "it has over {} members", members_max);
}

}  // namespace antidotary::signatures::clamav
