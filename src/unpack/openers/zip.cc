// Zip: one member at a time, each by its own stretch of the input, as formats/zip found it.
//
// So what an inflating library would believe of the rest does not matter. Where directory and local
// header tell two stories both are brought out. Members whose stretches overlap an earlier
// member's are refused: honest archivers do not write them, bombs are made so.
#include <fmt/core.h>
#include <zlib.h>

#include <array>

#include "core/reader.h"
#include "formats/zip/directory.h"
#include "unpack/codecs/zip_aes.h"
#include "unpack/codecs/zip_cipher.h"
#include "unpack/codecs/zip_methods.h"
#include "unpack/opener.h"
#include "unpack/trailing.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::uint16_t encrypted_flag = 0x1;
constexpr std::uint16_t descriptor_flag = 0x8;
constexpr std::uint16_t strong_encryption_flag = 0x40;
constexpr std::uint16_t aes_method = 99;

/// One way to read a member.
struct Reading {
  ZipPacked packed;
  std::uint32_t crc32 = 0;
  std::uint16_t time = 0;
  std::optional<ZipAes> aes = {};
  bool has_checksum = true;
};

Error damaged(std::string words) { return {ErrorKind::malformed, std::move(words), std::nullopt}; }

std::uint32_t crc_of(Bytes bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, as_octets(bytes), bytes.size()));
}

Brought bring_out(const Reading& reading, Budget& budget) {
  Brought out = unpack_zip_method(reading.packed, budget);
  if (out.error) return out;
  if (out.bytes.size() != reading.packed.unpacked_bytes) {
    out.error = damaged(fmt::format("holds {} bytes where its archive declares {}",
                                    out.bytes.size(), reading.packed.unpacked_bytes));
  } else if (reading.has_checksum && crc_of(out.bytes) != reading.crc32) {
    out.error = damaged("its checksum is wrong");
  }
  return out;
}

Brought locked() {
  Brought out;
  out.error = Error{ErrorKind::encrypted, "the member is encrypted", std::nullopt};
  return out;
}

Brought decrypt_aes(Reading reading, Budget& budget, const Visitor& visitor) {
  if (!reading.aes) return locked();
  const Bytes data = reading.packed.data;
  for (const std::string& password : visitor.passwords) {
    const auto clear = decrypt_zip_aes(*reading.aes, data, password, budget);
    if (!clear) {
      Brought out;
      out.error = clear.error();
      return out;
    }
    if (!*clear) continue;
    reading.packed.data = **clear;
    reading.packed.method = reading.aes->method;
    reading.has_checksum = reading.aes->has_checksum;
    return bring_out(reading, budget);
  }
  return locked();
}

Brought decrypt(Reading reading, Budget& budget, const Visitor& visitor) {
  const std::uint16_t flags = reading.packed.flags;
  if ((flags & strong_encryption_flag) != 0) return locked();
  if (reading.packed.method == aes_method) return decrypt_aes(reading, budget, visitor);
  const std::uint32_t check =
      (flags & descriptor_flag) != 0 ? reading.time >> 8 : reading.crc32 >> 24;
  const Bytes data = reading.packed.data;
  for (const std::string& password : visitor.passwords) {
    if (const auto paid = budget.step(data.size() / 16 + 1); !paid) {
      Brought out;
      out.error = paid.error();
      return out;
    }
    const auto clear = decrypt_zip(data, password, static_cast<std::uint8_t>(check));
    if (!clear) continue;
    reading.packed.data = *clear;
    Brought out = bring_out(reading, budget);
    if (!out.error || out.error->kind == ErrorKind::budget_spent) return out;
  }
  return locked();
}

Brought read_member(const Reading& reading, bool encrypted, Budget& budget,
                    const Visitor& visitor) {
  return encrypted ? decrypt(reading, budget, visitor) : bring_out(reading, budget);
}

class Archive {
 public:
  Archive(Bytes bytes, Budget& budget, const Visitor& visitor)
      : bytes_(bytes), budget_(budget), visitor_(visitor) {}

  void open() {
    const auto directory = zip::read_directory(bytes_, budget_);
    if (!directory) return visitor_.missed({"", directory.error()});
    for (const zip::Anomaly anomaly : directory->anomalies) {
      visitor_.tell_odd(zip::name_of(anomaly));
    }
    std::uint64_t position = 0;
    bool purse_empty = false;
    for (const zip::Member& member : directory->members) {
      ++position;
      if (member.directory && !member.local) continue;
      if (visitor_.wanted && !visitor_.wanted(position - 1)) continue;
      purse_empty = !bring(member, position);
      if (purse_empty) break;
    }
    if (directory->end > 0 && !purse_empty) {
      hand_out_trailing(bytes_, static_cast<std::size_t>(directory->end), budget_, visitor_);
    }
    tell_of_directory(*directory);
  }

 private:
  // False where the purse is empty.
  bool bring(const zip::Member& member, std::uint64_t position) {
    if (visitor_.member) {
      visitor_.member({member.name, member.packed_bytes, member.unpacked_bytes, member.encrypted,
                       position, member.crc32});
    }
    if (const auto paid = budget_.new_object(); !paid) {
      visitor_.missed({member.name, paid.error()});
      return false;
    }
    if (member.overlaps) {
      ++refused_;
      return true;
    }
    if (member.elsewhere) {
      visitor_.missed(
          {member.name, Error{ErrorKind::unsupported,
                              "it stands in another part of the split archive", std::nullopt}});
      return true;
    }
    if (!member.readable) {
      visitor_.missed({member.name, Error{ErrorKind::malformed,
                                          "the member's header is not where the archive says",
                                          member.local_offset}});
      return true;
    }
    if (member.directory) return bring_local(member);
    const Reading central{
        {member.method, member.flags, member.unpacked_bytes, data_of(member, member.data_end)},
        member.crc32,
        member.time,
        aes_of(member)};
    const bool encrypted =
        member.encrypted && (!member.local || (member.flags & encrypted_flag) != 0);
    const Brought brought = read_member(central, encrypted, budget_, visitor_);
    hand_out(member.name, brought, visitor_);
    if (brought.purse_empty) return false;
    return !member.local || bring_local(member);
  }

  // The local header's story, where it is another one.
  bool bring_local(const zip::Member& member) {
    const zip::LocalReading& local = *member.local;
    if (const auto paid = budget_.new_object(); !paid) {
      visitor_.missed({member.name, paid.error()});
      return false;
    }
    const Reading reading{
        {local.method, local.flags, local.unpacked_bytes, data_of(member, local.data_end)},
        local.crc32,
        member.time,
        aes_of(member)};
    const bool encrypted = (local.flags & encrypted_flag) != 0;
    const Brought brought = read_member(reading, encrypted, budget_, visitor_);
    hand_out(member.name + " (local header)", brought, visitor_);
    return !brought.purse_empty;
  }

  /// By the extra field of the member's local header (4.3.7).
  std::optional<ZipAes> aes_of(const zip::Member& member) const {
    if (!member.encrypted) return std::nullopt;
    const auto at = static_cast<std::size_t>(member.local_offset);
    const auto end = static_cast<std::size_t>(member.data_offset);
    if (end - at < 30) return std::nullopt;
    const std::size_t names = std::size_t{30} + load_u16_le(bytes_, at + 26);
    if (names > end - at) return std::nullopt;
    return zip_aes_of(bytes_.subspan(at + names, end - at - names));
  }

  Bytes data_of(const zip::Member& member, std::uint64_t end) const {
    const auto begin = static_cast<std::size_t>(member.data_offset);
    return bytes_.subspan(begin, static_cast<std::size_t>(end) - begin);
  }

  // Tells of the container what none of its members can.
  void tell_of_directory(const zip::Directory& directory) {
    const auto tell = [this](ErrorKind kind, std::string words) {
      visitor_.missed({"", Error{kind, std::move(words), std::nullopt}});
    };
    if (refused_ > 0) {
      tell(ErrorKind::refused, fmt::format("{} members overlap others in the archive", refused_));
    }
    if (directory.cut_off) {
      tell(ErrorKind::unsupported, "a part of a split archive: the others hold the rest");
    }
    if (directory.has(zip::Anomaly::directory_missing)) {
      tell(ErrorKind::malformed, "the archive's directory is missing: it may be cut");
    }
    if (directory.has(zip::Anomaly::directory_damaged)) {
      tell(ErrorKind::malformed, "the archive's directory is damaged");
    }
    if (directory.has(zip::Anomaly::too_many_members)) {
      tell(ErrorKind::refused, "the archive has too many members");
    }
  }

  Bytes bytes_;
  Budget& budget_;
  const Visitor& visitor_;
  std::size_t refused_ = 0;
};

void open_zip(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  Archive(bytes, budget, visitor).open();
}

}  // namespace

std::span<const Opener> zip_openers() {
  static constexpr std::array rows = {Opener{Format::zip, &open_zip}};
  return rows;
}

}  // namespace antidotary::unpack
