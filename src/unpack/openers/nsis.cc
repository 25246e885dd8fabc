// NSIS: the archive of Nullsoft's installers, 2 and 3, behind the program that unpacks it.
//
// By the installers' own published head (Source/exehead/fileform.h describes it: a first header of
// 28 bytes, then a header with blocks of pages, sections, entries and strings, then the files). All
// is packed by one of three methods, either as one stream ("solid") or each part for itself. What
// no writer states, the method and whether it is solid, is found by trying: the header must come
// out as long as the first header says. No library reads them.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/reader.h"
#include "core/text.h"
#include "unpack/codecs/nsis_bzip2.h"
#include "unpack/codecs/streams.h"
#include "unpack/documents/nsis_names.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t first_header_bytes = 28, lzma_properties_bytes = 5;
constexpr std::uint32_t no_checksum_flag = 4, forced_checksum_flag = 8, packed_bit = 0x80000000;
constexpr std::size_t header_bytes_max = 64u << 20;

enum class Method : std::uint8_t { deflate, bzip2, lzma };

Method method_of(Bytes bytes) {
  const auto octet = [bytes](std::size_t at) { return std::to_integer<unsigned>(bytes[at]); };
  if (bytes.size() >= 7 && octet(0) == 0x5d && octet(1) == 0 && octet(2) == 0 && octet(5) == 0 &&
      octet(6) < 0x80) {
    return Method::lzma;
  }
  if (bytes.size() >= 2 && octet(0) == 0x31 && octet(1) < 14) return Method::bzip2;
  return Method::deflate;
}

Brought unpack_by(Method method, Bytes packed, Budget& budget) {
  Brought out;
  switch (method) {
    case Method::bzip2:
      return unpack_nsis_bzip2(packed, budget);
    case Method::lzma: {
      if (packed.size() < lzma_properties_bytes) break;
      if (const auto paid = budget.step(packed.size() / 16); !paid) {
        out.error = paid.error();
        out.purse_empty = true;
        return out;
      }
      // The .lzma format has a size between the properties and the data; all ones: it is not known.
      Buffer whole = to_buffer(packed.first(lzma_properties_bytes));
      whole.insert(whole.end(), 8, std::byte{0xff});
      const Bytes rest = packed.subspan(lzma_properties_bytes);
      whole.insert(whole.end(), rest.begin(), rest.end());
      unpack_stream_onto(out, Packing::lzma, whole, budget);
      return out;
    }
    case Method::deflate:
      unpack_stream_onto(out, Packing::deflate, packed, budget);
      return out;
  }
  out.error = Error{ErrorKind::truncated, "the compressed data end early", std::nullopt};
  return out;
}

class Installer {
 public:
  Installer(Bytes bytes, Budget& budget, const Visitor& visitor)
      : budget_(budget), visitor_(visitor) {
    flags_ = load_u32_le(bytes, 0);
    header_bytes_ = load_u32_le(bytes, 20);
    const std::size_t stated = load_u32_le(bytes, 24);
    cut_ = stated > bytes.size();
    std::size_t end = std::min(stated, bytes.size());
    const bool summed = (flags_ & no_checksum_flag) == 0 || (flags_ & forced_checksum_flag) != 0;
    if (!cut_ && summed && end >= first_header_bytes + 4) end -= 4;
    data_ =
        bytes.subspan(first_header_bytes, std::max(end, first_header_bytes) - first_header_bytes);
  }

  Status run() {
    if (data_.size() < 4 || header_bytes_ == 0) {
      return fail(ErrorKind::truncated, "the installer ends early");
    }
    if (header_bytes_ > header_bytes_max) {
      return fail(ErrorKind::refused, "a header of {} bytes", header_bytes_);
    }
    if (ANTIDOTARY_TRY(open_parts())) return {};
    return open_solid();
  }

 private:
  /// Pays for the next file and tells of it; empty where it is not wanted.
  Result<std::string> next(std::size_t offset, std::size_t packed, std::size_t unpacked) {
    ++number_;
    ANTIDOTARY_CHECK(budget_.new_object());
    const auto named = names_.find(offset);
    std::string name = named != names_.end() ? named->second : fmt::format("member {}", number_);
    if (visitor_.member) visitor_.member({name, packed, unpacked, false, number_, std::nullopt});
    if (visitor_.wanted && !visitor_.wanted(number_ - 1)) name.clear();
    return name;
  }

  Status hand_out_header(Bytes header) {
    names_ = nsis_names(header, budget_);
    ANTIDOTARY_CHECK(budget_.new_object());
    // The script's own texts: commands, addresses, what it writes to the registry.
    visitor_.child({"header", header});
    return {};
  }

  /// Each part behind its size, whose highest bit says that it is packed. False: it is not so.
  Result<bool> open_parts() {
    const std::uint32_t first = load_u32_le(data_, 0);
    const std::size_t size = first & ~packed_bit;
    if (size > data_.size() - 4) return false;
    const bool packed = (first & packed_bit) != 0;
    if (!packed && size != header_bytes_) return false;
    const Bytes part = data_.subspan(4, size);
    const Method method = method_of(part);
    Brought header;
    if (packed) {
      header = unpack_by(method, part, budget_);
      if (header.purse_empty) return tl::unexpected(*header.error);
      if (header.bytes.size() != header_bytes_) return false;
    }
    ANTIDOTARY_CHECK(hand_out_header(packed ? Bytes(header.bytes) : part));
    return open_rest(method, 4 + size);
  }

  Result<bool> open_rest(Method method, std::size_t begin) {
    Reader reader(data_, begin);
    while (reader.remaining() >= 4) {
      const std::size_t offset = reader.offset() - begin;
      const std::uint32_t word = ANTIDOTARY_TRY(reader.u32_le());
      const std::size_t size = word & ~packed_bit;
      const bool short_part = size > reader.remaining();
      const Bytes part = ANTIDOTARY_TRY(reader.take(std::min(size, reader.remaining())));
      Brought brought;
      if ((word & packed_bit) != 0) {
        brought = unpack_by(method, part, budget_);
      } else {
        bring(brought, part, budget_);
      }
      if (short_part && !brought.error) {
        brought.error = Error{ErrorKind::truncated, "the installer ends early", std::nullopt};
      }
      const std::string name = ANTIDOTARY_TRY(next(offset, part.size(), brought.bytes.size()));
      if (!name.empty()) hand_out(name, brought, visitor_);
      if (brought.purse_empty) return true;
    }
    if (cut_) return fail(ErrorKind::truncated, "the installer ends early");
    return true;
  }

  Status open_solid() {
    const Brought whole = unpack_by(method_of(data_), data_, budget_);
    Reader reader(whole.bytes);
    const auto stated = reader.u32_le();
    const auto header =
        stated ? reader.take(*stated) : Result<Bytes>(tl::unexpected(stated.error()));
    if (!header || header->size() != header_bytes_) {
      if (whole.error && whole.error->kind == ErrorKind::budget_spent) {
        return tl::unexpected(*whole.error);
      }
      return fail(ErrorKind::malformed, "its header cannot be unpacked by any known method");
    }
    ANTIDOTARY_CHECK(hand_out_header(*header));
    const std::size_t begin = reader.offset();
    while (reader.remaining() >= 4) {
      const std::size_t offset = reader.offset() - begin;
      const std::size_t size = ANTIDOTARY_TRY(reader.u32_le());
      const Bytes part = ANTIDOTARY_TRY(reader.take(std::min(size, reader.remaining())));
      const std::string name = ANTIDOTARY_TRY(next(offset, 0, part.size()));
      if (name.empty()) continue;
      visitor_.child({name, part});  // a view of the stream, which is paid for
      if (size > part.size() && !whole.error) {
        visitor_.missed({name, Error{ErrorKind::truncated, "the installer ends early", {}}});
      }
    }
    if (whole.error) return tl::unexpected(*whole.error);
    if (cut_) return fail(ErrorKind::truncated, "the installer ends early");
    return {};
  }

  Budget& budget_;
  const Visitor& visitor_;
  std::uint32_t flags_ = 0;
  std::size_t header_bytes_ = 0;
  bool cut_ = false;
  Bytes data_;
  std::map<std::size_t, std::string> names_;  ///< By a file's place behind the header.
  std::size_t number_ = 0;
};

void open_nsis(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  if (bytes.size() < first_header_bytes) {
    return visitor.missed(
        {"", Error{ErrorKind::truncated, "the installer ends early", std::nullopt}});
  }
  const Status status = Installer(bytes, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> nsis_openers() {
  static constexpr std::array rows = {Opener{Format::nsis, &open_nsis}};
  return rows;
}

}  // namespace antidotary::unpack
