// AutoIt: a compiled script and the files that it installs, EA05 (3.2.5 and before) and EA06.
//
// No library reads them. By public descriptions: the mark, "AU3!EA05" or "AU3!EA06", 16 bytes that
// a password makes, then a row for each file, whose every field is mixed with a constant, and its
// bytes, hidden and packed (codecs/autoit_streams.h). The checksum is Adler-32 of what is packed.
#include <fmt/core.h>
#include <zlib.h>

#include <array>

#include "core/reader.h"
#include "core/text.h"
#include "unpack/codecs/autoit_streams.h"
#include "unpack/documents/autoit_script.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t mark_bytes = 16, version_bytes = 8, password_bytes = 16, times_bytes = 16;
constexpr std::size_t name_units_max = 4096;

/// What each version mixes its fields with.
struct Mixing {
  AutoItVersion version;
  std::uint32_t mark_seed;
  std::uint32_t source_size, source_seed;
  std::uint32_t path_size, path_seed;
  std::uint32_t sizes, checksum, data_seed;
  bool wide;  ///< Names are UTF-16.
};
constexpr Mixing ea05 = {
    AutoItVersion::ea05, 0x16fa, 0x29bc, 0xa25e, 0x29ac, 0xf25e, 0x45aa, 0xc3d2, 0x22af, false};
constexpr Mixing ea06 = {
    AutoItVersion::ea06, 0x18ee, 0xadbc, 0xb33f, 0xf820, 0xf479, 0x87bc, 0xa685, 0x2477, true};

struct Row {
  std::string source, path;
  bool packed = false;
  std::uint32_t packed_bytes = 0, unpacked_bytes = 0, checksum = 0;
  Bytes hidden;
  bool cut = false;

  bool is_script() const {
    return source.starts_with(">AUTOIT") || source.starts_with(">>>AUTOIT");
  }
};

class Archive {
 public:
  Archive(const Mixing& mixing, Bytes bytes, Budget& budget, const Visitor& visitor)
      : mixing_(mixing), reader_(bytes), budget_(budget), visitor_(visitor) {}

  Status run() {
    ANTIDOTARY_CHECK(reader_.seek(mark_bytes + version_bytes));
    std::uint32_t sum = 0;
    for (const std::byte b : ANTIDOTARY_TRY(reader_.take(password_bytes))) {
      sum += std::to_integer<std::uint32_t>(b);
    }
    data_seed_ = mixing_.data_seed + (mixing_.version == AutoItVersion::ea05 ? sum : 0);
    for (std::size_t number = 1;; ++number) {
      if (!ANTIDOTARY_TRY(at_row())) break;
      const Row row = ANTIDOTARY_TRY(read_row());
      if (!ANTIDOTARY_TRY(open(row, number))) return {};
      if (row.cut) return {};
    }
    return {};
  }

 private:
  /// True where a row begins, false where the archive's end stands: "AU3!" and the version.
  Result<bool> at_row() {
    const Bytes mark = ANTIDOTARY_TRY(reader_.take(4));
    const Buffer shown = reveal_autoit(mixing_.version, mixing_.mark_seed, mark, budget_);
    if (shown.empty()) return fail(ErrorKind::budget_spent, "the limit on steps was reached");
    if (as_text(shown) == "FILE") return true;
    if (as_text(mark) == "AU3!") return false;
    return fail_at(reader_.offset() - 4, ErrorKind::malformed, "no file where one should stand");
  }

  Result<std::string> read_name(std::uint32_t size_mix, std::uint32_t seed) {
    const std::uint32_t units = ANTIDOTARY_TRY(reader_.u32_le()) ^ size_mix;
    if (units > name_units_max) return fail(ErrorKind::malformed, "a name of {} letters", units);
    const Bytes hidden = ANTIDOTARY_TRY(reader_.take(std::size_t{units} * (mixing_.wide ? 2 : 1)));
    const Buffer shown = reveal_autoit(mixing_.version, seed + units, hidden, budget_);
    return mixing_.wide ? utf8_from_utf16_le(shown) : utf8_from_windows1252(as_text(shown));
  }

  Result<Row> read_row() {
    Row out;
    out.source = ANTIDOTARY_TRY(read_name(mixing_.source_size, mixing_.source_seed));
    out.path = ANTIDOTARY_TRY(read_name(mixing_.path_size, mixing_.path_seed));
    out.packed = ANTIDOTARY_TRY(reader_.u8()) != 0;
    out.packed_bytes = ANTIDOTARY_TRY(reader_.u32_le()) ^ mixing_.sizes;
    out.unpacked_bytes = ANTIDOTARY_TRY(reader_.u32_le()) ^ mixing_.sizes;
    out.checksum = ANTIDOTARY_TRY(reader_.u32_le()) ^ mixing_.checksum;
    ANTIDOTARY_CHECK(reader_.skip(times_bytes));
    out.cut = out.packed_bytes > reader_.remaining();
    out.hidden =
        ANTIDOTARY_TRY(reader_.take(std::min<std::size_t>(out.packed_bytes, reader_.remaining())));
    return out;
  }

  Brought bring_row(const Row& row) {
    Brought out;
    const Buffer shown = reveal_autoit(mixing_.version, data_seed_, row.hidden, budget_);
    if (shown.empty() && !row.hidden.empty()) {
      out.error = Error{ErrorKind::budget_spent, "the limit on steps was reached", std::nullopt};
      out.purse_empty = true;
    } else if (row.packed && !shown.empty()) {
      out = unpack_autoit(mixing_.version, shown, budget_);
    } else {
      bring(out, shown, budget_);
    }
    if (out.error) return out;
    if (row.cut) {
      out.error = Error{ErrorKind::truncated, "the archive ends early", std::nullopt};
    } else if (adler32_z(1, as_octets(shown), shown.size()) != row.checksum) {
      out.error = Error{ErrorKind::malformed, "its checksum is wrong", std::nullopt};
    }
    return out;
  }

  /// False where the purse is empty.
  Result<bool> open(const Row& row, std::size_t number) {
    ANTIDOTARY_CHECK(budget_.new_object());
    std::string name = row.is_script() ? row.source : row.path;
    if (name.empty()) name = fmt::format("member {}", number);
    if (visitor_.member) {
      visitor_.member({name, row.packed_bytes, row.unpacked_bytes, false, number, std::nullopt});
    }
    if (visitor_.wanted && !visitor_.wanted(number - 1)) return true;
    const Brought brought = bring_row(row);
    if (row.is_script() && mixing_.version == AutoItVersion::ea06 && !brought.bytes.empty()) {
      const Brought script = autoit_script_text(brought.bytes, budget_);
      ANTIDOTARY_CHECK(budget_.new_object());
      hand_out(name + ".au3", script, visitor_);
      if (script.purse_empty) return false;
    }
    hand_out(name, brought, visitor_);
    return !brought.purse_empty;
  }

  const Mixing& mixing_;
  Reader reader_;
  Budget& budget_;
  const Visitor& visitor_;
  std::uint32_t data_seed_ = 0;
};

void open_autoit(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const std::string_view version = bytes.size() < mark_bytes + version_bytes
                                       ? std::string_view()
                                       : as_text(bytes.subspan(mark_bytes, version_bytes));
  if (version != "AU3!EA05" && version != "AU3!EA06") {
    return visitor.missed(
        {"", Error{ErrorKind::unsupported, "a version of AutoIt that is not read", std::nullopt}});
  }
  const Mixing& mixing = version == "AU3!EA05" ? ea05 : ea06;
  const Status status = Archive(mixing, bytes, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> autoit_openers() {
  static constexpr std::array rows = {Opener{Format::autoit, &open_autoit}};
  return rows;
}

}  // namespace antidotary::unpack
