// DMG: Apple's disk images (UDIF): partitions in runs of sectors, each packed for itself.
//
// No library of Debian's reads them from memory. By public descriptions of the format: a trailer of
// 512 bytes ("koly") says where a property list stands, whose "blkx" rows hold, in base64, a table
// of runs ("mish"). Numbers are big-endian. LZFSE, and images of several files, are not read.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/reader.h"
#include "formats/mime/encoding.h"
#include "unpack/codecs/streams.h"
#include "unpack/codecs/window.h"
#include "unpack/documents/references.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t trailer_bytes = 512, sector_bytes = 512;
constexpr std::size_t table_head_bytes = 204, run_bytes = 40;
constexpr std::size_t list_bytes_max = 16u << 20, partitions_max = 256;
enum Kind : std::uint32_t {
  zeros = 0,
  stored = 1,
  ignored = 2,
  adc = 0x80000004,
  zlib = 0x80000005,
  bzip2 = 0x80000006,
  lzma = 0x80000008,
  comment = 0x7ffffffe,
  end = 0xffffffff,
};

Error damaged(std::string words) { return {ErrorKind::malformed, std::move(words), std::nullopt}; }

std::uint64_t be64(Bytes bytes, std::size_t at) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i)
    out = out << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return out;
}
std::uint32_t be32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(be64(bytes, at) >> 32);
}

/// Apple Data Compression: literals, and matches of two widths, behind what `out` holds, which is
/// no more than the budget's object_bytes_max.
void unpack_adc(Brought& out, Bytes packed, Budget& budget) {
  const std::uint64_t room = budget.limits().object_bytes_max - out.bytes.size();
  const auto hand_over = [&out, &budget, room](Brought piece) {
    const bool fits = piece.bytes.size() <= room;
    if (!fits) piece.bytes.resize(static_cast<std::size_t>(room));
    out.bytes.insert(out.bytes.end(), piece.bytes.begin(), piece.bytes.end());
    out.error = fits ? std::move(piece.error) : budget.exhaust(Limit::object_bytes).value();
    out.purse_empty = piece.purse_empty;
  };
  Window window(budget);
  const auto octet = [packed](std::size_t at) { return std::to_integer<std::size_t>(packed[at]); };
  for (std::size_t at = 0; at < packed.size();) {
    if (window.size() > room) break;
    const std::size_t first = octet(at);
    const bool literal = (first & 0x80) != 0, wide = (first & 0x40) != 0;
    const std::size_t taken = literal ? (first & 0x7f) + 2 : wide ? 3 : 2;
    if (taken > packed.size() - at) {
      return hand_over(
          window.finish(Error{ErrorKind::truncated, "the compressed data end early", {}}));
    }
    bool whole = true;
    for (std::size_t i = 1; literal && whole && i < taken; ++i) whole = window.put(packed[at + i]);
    if (!literal && wide) {
      whole = window.copy((octet(at + 1) << 8 | octet(at + 2)) + 1, (first & 0x3f) + 4);
    } else if (!literal) {
      whole = window.copy(((first & 3) << 8 | octet(at + 1)) + 1, (first >> 2) + 3);
    }
    if (!whole) break;
    at += taken;
  }
  hand_over(window.finish());
}

/// The text of a property list without its comments and instructions; what stands as CDATA is text.
Result<std::string> without_comments(std::string_view list) {
  using namespace std::string_view_literals;
  struct Piece {
    std::string_view begin, end;
    bool kept;
  };
  constexpr std::array pieces = {Piece{"<!--"sv, "-->"sv, false},
                                 Piece{"<![CDATA["sv, "]]>"sv, true}, Piece{"<?"sv, "?>"sv, false}};
  std::string out;
  while (true) {
    const std::size_t plain = std::min(list.find('<'), list.size());
    out += list.substr(0, plain);
    list.remove_prefix(plain);
    if (list.empty()) return out;
    const auto piece = std::find_if(pieces.begin(), pieces.end(), [list](const Piece& one) {
      return list.starts_with(one.begin);
    });
    if (piece == pieces.end()) {
      out += list.front();
      list.remove_prefix(1);
      continue;
    }
    list.remove_prefix(piece->begin.size());
    const std::size_t end = list.find(piece->end);
    if (end == list.npos) return fail(ErrorKind::malformed, "its list is damaged");
    if (piece->kept) out += list.substr(0, end);
    list.remove_prefix(end + piece->end.size());
  }
}

/// The next element's name and, up to the next tag, its text; `list` then begins behind them.
struct Element {
  std::string_view name, text;
};
std::optional<Element> next_element(std::string_view& list) {
  list.remove_prefix(std::min(list.find('<'), list.size()));
  const std::size_t end = list.find('>');
  if (end == list.npos) return std::nullopt;
  Element out;
  out.name = list.substr(1, end - 1);
  out.name = out.name.substr(0, out.name.find_first_of(" \t\r\n"));
  list.remove_prefix(end + 1);
  out.text = list.substr(0, list.find('<'));
  list.remove_prefix(out.text.size());
  return out;
}

class Image {
 public:
  Image(Bytes bytes, Budget& budget, const Visitor& visitor)
      : bytes_(bytes), budget_(budget), visitor_(visitor) {}

  Status run() {
    if (bytes_.size() < trailer_bytes) return fail(ErrorKind::truncated, "the image ends early");
    const Bytes trailer = bytes_.last(trailer_bytes);
    const Bytes list = ANTIDOTARY_TRY(stretch(be64(trailer, 216), be64(trailer, 224)));
    if (list.empty() || list.size() > list_bytes_max) {
      return fail(ErrorKind::unsupported, "an image without a property list");
    }
    data_at_ = be64(trailer, 24);
    ANTIDOTARY_CHECK(budget_.step(list.size()));
    return open_list(ANTIDOTARY_TRY(without_comments(as_text(list))));
  }

 private:
  /// Partitions are the data of "blkx", and whatever else is a table of runs.
  Status open_list(std::string_view list) {
    std::size_t number = 0;
    bool expected = false;
    while (const auto element = next_element(list)) {
      if (element->name == "key")
        expected = expected || without_references(element->text) == "blkx";
      if (element->name == "/array") expected = false;
      if (element->name != "data") continue;
      ANTIDOTARY_CHECK(budget_.step(64));
      const std::string digits = without_references(element->text);
      const mime::Decoded table =
          mime::decode(mime::Encoding::base64, as_bytes(digits), list_bytes_max);
      if (!expected && !as_text(table.bytes).starts_with("mish")) continue;
      if (++number > partitions_max) {
        return fail(ErrorKind::refused, "more than {} partitions", partitions_max);
      }
      if (!ANTIDOTARY_TRY(open(table.bytes, number))) return {};
    }
    if (number == 0) return fail(ErrorKind::malformed, "its list names no partition");
    return {};
  }

  Result<Bytes> stretch(std::uint64_t at, std::uint64_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) {
      return fail(ErrorKind::truncated, "the image ends early");
    }
    return bytes_.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(size));
  }

  /// False where the purse is empty.
  Result<bool> open(Bytes table, std::size_t number) {
    ANTIDOTARY_CHECK(budget_.new_object());
    const std::string name = fmt::format("partition {}", number);
    if (table.size() < table_head_bytes || as_text(table.first(4)) != "mish") {
      visitor_.missed({name, damaged("its table is damaged")});
      return true;
    }
    const std::uint64_t size = be64(table, 16);
    if (visitor_.member) {
      visitor_.member({name, 0, size > ~0ull / sector_bytes ? 0 : size * sector_bytes, false,
                       number, std::nullopt});
    }
    if (visitor_.wanted && !visitor_.wanted(number - 1)) return true;
    Brought brought;
    const std::uint64_t base = data_at_ + be64(table, 24);
    for (std::size_t at = table_head_bytes; table.size() - at >= run_bytes; at += run_bytes) {
      const Bytes run = table.subspan(at, run_bytes);
      if (be32(run, 0) == end || brought.error) break;
      bring_run(brought, run, base);
    }
    if (!brought.error && brought.bytes.size() / sector_bytes != size) {
      brought.error = damaged("its runs hold another size than its table states");
    }
    hand_out(name, brought, visitor_);
    return !brought.purse_empty;
  }

  /// A run that cannot be brought out ends the partition: what follows would stand elsewhere.
  void bring_run(Brought& out, Bytes run, std::uint64_t base) {
    const std::uint32_t kind = be32(run, 0);
    if (kind == comment) return;
    if (const auto paid = budget_.step(run_bytes); !paid) {
      out.error = paid.error();
      out.purse_empty = true;
      return;
    }
    const std::size_t before = out.bytes.size();
    if (be64(run, 8) != before / sector_bytes) {
      out.error = damaged("a run stands elsewhere than behind the one before");
      return;
    }
    if (before >= budget_.limits().object_bytes_max) {
      out.error = budget_.exhaust(Limit::object_bytes).value();
      return;
    }
    if (kind == zeros || kind == ignored) return bring_zeros(out, be64(run, 16));
    const auto data = stretch(base + be64(run, 24), be64(run, 32));
    if (!data) {
      out.error = data.error();
      return;
    }
    if (kind == stored) {
      bring(out, *data, budget_);
    } else if (kind == adc) {
      unpack_adc(out, *data, budget_);
    } else if (kind == zlib || kind == bzip2 || kind == lzma) {
      const Packing packing = kind == zlib    ? Packing::zlib
                              : kind == bzip2 ? Packing::bzip2
                                              : Packing::xz;
      unpack_stream_onto(out, packing, *data, budget_);
    } else {
      out.error = Error{ErrorKind::unsupported,
                        fmt::format("packed by method {:#x}, which is not read", kind),
                        {}};
    }
    const std::uint64_t wanted = be64(run, 16);
    const std::size_t got = out.bytes.size() - before;
    if (!out.error && (got % sector_bytes != 0 || got / sector_bytes != wanted)) {
      out.error = damaged("a run holds another size than stated");
    }
  }

  void bring_zeros(Brought& out, std::uint64_t sectors) {
    static constexpr std::array<std::byte, 64 * sector_bytes> nothing{};
    while (sectors > 0) {
      const std::uint64_t some = std::min<std::uint64_t>(sectors, 64);
      const Bytes piece = Bytes(nothing).first(static_cast<std::size_t>(some) * sector_bytes);
      if (!bring(out, piece, budget_)) return;
      sectors -= some;
    }
  }

  Bytes bytes_;
  Budget& budget_;
  const Visitor& visitor_;
  std::uint64_t data_at_ = 0;
};

void open_dmg(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = Image(bytes, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> dmg_openers() {
  static constexpr std::array rows = {Opener{Format::dmg, &open_dmg}};
  return rows;
}

}  // namespace antidotary::unpack
