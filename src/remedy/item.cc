#include "remedy/item.h"

#include <sys/statvfs.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"
#include "files/act.h"

namespace antidotary::remedy {
namespace {

constexpr std::string_view magic = "ADQ1";
constexpr std::uint32_t format_version = 1;
constexpr std::size_t mac_bytes = 32;
constexpr std::size_t lead_bytes = 4 + 4 + 4;  // magic, version, metadata size
constexpr std::size_t head_bytes = lead_bytes + mac_bytes;
constexpr std::size_t chunk_bytes = 64 << 10;
// Linux bounds a value to 64 KiB and a list of names to 64 KiB; hexadecimal doubles it.
constexpr std::size_t metadata_bytes_max = 64 << 20;
// Left free beside the copy, so that the journal can still be written.
constexpr std::uint64_t room_left_bytes = 1 << 20;

// What NTFS drivers keep (ACL, attributes, creation time) and do not list.
constexpr std::string_view unlisted_attributes[] = {
    "system.ntfs_acl",      "system.ntfs_attrib_be", "system.ntfs_times_be",
    "system.ntfs_security", "system.ntfs_attrib",    "system.ntfs_ea",
};

void invert(std::span<std::byte> bytes) {
  for (std::byte& b : bytes) b = ~b;
}

// One reading of a file from an offset to its end.
struct Pass {
  std::uint64_t size_bytes = 0;
  std::string read_sha256;
  std::string inverse_sha256;
};

// Gives each chunk of at most `bytes_max` to `take`, every bit inverted.
template <class Take>
Result<Pass> pass_inverted(int file, std::uint64_t offset, std::uint64_t bytes_max, Take take) {
  Digester read(DigestKind::sha256);
  Digester inverse(DigestKind::sha256);
  Buffer chunk(chunk_bytes);
  Pass pass;
  for (;;) {
    const std::size_t wanted = std::min<std::uint64_t>(chunk.size(), bytes_max - pass.size_bytes);
    const std::size_t count = ANTIDOTARY_TRY(
        files::read_at(file, offset + pass.size_bytes, std::span(chunk).first(wanted)));
    const std::span<std::byte> part = std::span(chunk).first(count);
    read.update(part);
    invert(part);
    inverse.update(part);
    ANTIDOTARY_CHECK(take(Bytes(part)));
    pass.size_bytes += count;
    if (count < chunk.size()) break;  // also where nothing more is wanted
  }
  pass.read_sha256 = read.finish_hex();
  pass.inverse_sha256 = inverse.finish_hex();
  return pass;
}

constexpr std::uint64_t to_its_end = ~0ull;

/// The part of the file that the item is to hold, read whole.
template <class Take>
Result<Pass> pass_content(int file, const ItemMetadata& metadata, Take take) {
  const std::uint64_t bytes_max = metadata.offset ? metadata.size_bytes : to_its_end;
  const Pass pass =
      ANTIDOTARY_TRY(pass_inverted(file, metadata.offset.value_or(0), bytes_max, take));
  if (pass.size_bytes == metadata.size_bytes && pass.read_sha256 == metadata.sha256) return pass;
  return fail(ErrorKind::changed, "its content is another one: SHA-256 {}", pass.read_sha256);
}

Status no_take(Bytes) { return {}; }

Status check_room(int folder, std::uint64_t size_bytes) {
  struct statvfs room {};
  if (::fstatvfs(folder, &room) != 0) {
    return tl::unexpected(files::system_error(errno, "measure", "the quarantine"));
  }
  const std::uint64_t free_bytes = std::uint64_t{room.f_bavail} * room.f_frsize;
  if (free_bytes >= room_left_bytes && free_bytes - room_left_bytes >= size_bytes) return {};
  return fail(ErrorKind::io, "the quarantine has no room: {} bytes are free, {} are needed",
              free_bytes, size_bytes + room_left_bytes);
}

Status check_unchanged(int file, const files::Stat& before) {
  const files::Stat now = ANTIDOTARY_TRY(files::stat_of(file));
  if (now.size_bytes == before.size_bytes && now.modified_unix_ns == before.modified_unix_ns &&
      now.changed_unix_ns == before.changed_unix_ns) {
    return {};
  }
  return fail(ErrorKind::changed, "it changed while it was read");
}

Buffer head_of(const ItemMetadata& metadata, Bytes key) {
  const std::string json = to_json(metadata).dump();
  Buffer lead = to_buffer(as_bytes(magic));
  append_u32_le(lead, format_version);
  append_u32_le(lead, static_cast<std::uint32_t>(json.size()));
  Buffer covered = lead;
  const Bytes text = as_bytes(std::string_view(json));
  covered.insert(covered.end(), text.begin(), text.end());
  const Buffer mac = from_hex(hmac_sha256_hex(key, covered)).value_or(Buffer{});
  lead.insert(lead.end(), mac.begin(), mac.end());
  lead.insert(lead.end(), text.begin(), text.end());
  return lead;
}

Status write_new(int folder, const std::string& name, int file, const ItemMetadata& metadata,
                 Bytes key) {
  const files::Fd out = ANTIDOTARY_TRY(files::act::create(folder, name, 0600));
  ANTIDOTARY_CHECK(files::act::write_all(out.get(), head_of(metadata, key)));
  const auto copied = pass_content(
      file, metadata, [&](Bytes part) { return files::act::write_all(out.get(), part); });
  if (!copied && copied.error().kind == ErrorKind::changed) {
    return fail(ErrorKind::changed, "it changed while it was copied");
  }
  if (!copied) return tl::unexpected(copied.error());
  return files::act::sync(out.get());
}

Status remove_if_there(int folder, const std::string& name) {
  auto removed = files::act::remove(folder, name);
  if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
  return {};
}

/// `unchanged` is what the file must be still when it is copied; null for a copy of ours.
Status store(int folder, const std::string& name, int file, ItemMetadata& metadata, Bytes key,
             const files::Stat* unchanged) {
  const Pass pass = ANTIDOTARY_TRY(pass_content(file, metadata, no_take));
  metadata.stored_sha256 = pass.inverse_sha256;
  ANTIDOTARY_CHECK(check_room(folder, metadata.size_bytes));
  const std::string fresh = name + ".new";
  ANTIDOTARY_CHECK(remove_if_there(folder, fresh));  // of a run that was killed
  auto written = write_new(folder, fresh, file, metadata, key);
  if (written && unchanged != nullptr) written = check_unchanged(file, *unchanged);
  if (!written) {
    (void)remove_if_there(folder, fresh);
    return written;
  }
  ANTIDOTARY_CHECK(files::act::rename_over(folder, fresh, folder, name));
  return files::act::sync(folder);
}

}  // namespace

Result<std::vector<Attribute>> attributes_of(int descriptor) {
  std::vector<Attribute> found;
  std::string names(64 << 10, '\0');
  const ssize_t size = ::flistxattr(descriptor, names.data(), names.size());
  if (size < 0 && errno != EOPNOTSUPP) {
    return tl::unexpected(files::system_error(errno, "list", "extended attributes"));
  }
  names.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  std::vector<std::string_view> wanted;
  for (const std::string_view name : split(names, '\0')) {
    if (!name.empty()) wanted.push_back(name);
  }
  const std::size_t listed = wanted.size();
  for (const std::string_view name : unlisted_attributes) {
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) wanted.push_back(name);
  }
  Buffer value(64 << 10);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string name(wanted[i]);
    const ssize_t count = ::fgetxattr(descriptor, name.c_str(), value.data(), value.size());
    if (count < 0 && i >= listed) continue;  // not of this file system
    if (count < 0) return tl::unexpected(files::system_error(errno, "read the attribute", name));
    found.push_back({name, to_buffer(Bytes(value).first(static_cast<std::size_t>(count)))});
  }
  return found;
}

Result<ItemMetadata> write_item(int folder, const std::string& name, int file,
                                ItemMetadata metadata, Bytes key) {
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(file));
  if (!metadata.offset && stat.size_bytes != metadata.size_bytes) {
    return fail(ErrorKind::changed, "it is {} bytes long, not {}", stat.size_bytes,
                metadata.size_bytes);
  }
  metadata.device = stat.device;
  metadata.inode = stat.inode;
  metadata.mode = stat.mode;
  metadata.owner = stat.owner;
  metadata.group = stat.group;
  metadata.links = stat.links;
  metadata.modified_ns = stat.modified_unix_ns;
  metadata.accessed_ns = stat.accessed_unix_ns;
  metadata.attributes = ANTIDOTARY_TRY(attributes_of(file));
  ANTIDOTARY_CHECK(store(folder, name, file, metadata, key, &stat));
  return metadata;
}

Status store_item(int folder, const std::string& name, int file, ItemMetadata metadata, Bytes key) {
  return store(folder, name, file, metadata, key, nullptr);
}

Result<Item> Item::peek(int folder, const std::string& name, Bytes key) {
  files::Fd fd = ANTIDOTARY_TRY(files::open_file_in(folder, name));
  Buffer head(head_bytes);
  const std::size_t count = ANTIDOTARY_TRY(files::read_at(fd.get(), 0, head));
  if (count < head_bytes || as_text(Bytes(head).first(magic.size())) != magic) {
    return fail(ErrorKind::malformed, "{} is not a quarantine item", name);
  }
  Reader reader(Bytes(head).subspan(magic.size()));
  const std::uint32_t version = ANTIDOTARY_TRY(reader.u32_le());
  const std::uint32_t size = ANTIDOTARY_TRY(reader.u32_le());
  if (version != format_version) {
    return fail(ErrorKind::unsupported, "{} is of format version {}", name, version);
  }
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(fd.get()));
  if (size > metadata_bytes_max || size > stat.size_bytes - head_bytes) {
    return fail(ErrorKind::malformed, "{} is cut short", name);
  }
  Buffer covered(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(lead_bytes));
  covered.resize(lead_bytes + size);
  const auto json = std::span(covered).subspan(lead_bytes);
  if (ANTIDOTARY_TRY(files::read_at(fd.get(), head_bytes, json)) != size ||
      !equal_in_constant_time(hmac_sha256_hex(key, covered),
                              to_hex(Bytes(head).subspan(lead_bytes)))) {
    return fail(ErrorKind::malformed,
                "the MAC of {} does not fit: it was changed, or not made here", name);
  }
  const Json parsed = ANTIDOTARY_TRY(Json::parse(as_text(json)));
  auto metadata = ANTIDOTARY_TRY(record_from_json<ItemMetadata>(parsed));
  if (stat.size_bytes - head_bytes - size != metadata.size_bytes) {
    return fail(ErrorKind::malformed, "the content of {} is not {} bytes long", name,
                metadata.size_bytes);
  }
  return Item(std::move(fd), std::move(metadata), head_bytes + size);
}

Result<Item> Item::open(int folder, const std::string& name, Bytes key) {
  Item item = ANTIDOTARY_TRY(peek(folder, name, key));
  const Pass pass =
      ANTIDOTARY_TRY(pass_inverted(item.fd_.get(), item.content_offset_, to_its_end, no_take));
  if (pass.read_sha256 != item.metadata_.stored_sha256 ||
      pass.inverse_sha256 != item.metadata_.sha256) {
    return fail(ErrorKind::malformed, "the content of {} was changed", name);
  }
  return item;
}

Status Item::write_content(int file) const {
  const Pass pass =
      ANTIDOTARY_TRY(pass_inverted(fd_.get(), content_offset_, to_its_end,
                                   [&](Bytes part) { return files::act::write_all(file, part); }));
  if (pass.inverse_sha256 == metadata_.sha256) return {};
  return fail(ErrorKind::malformed, "the item changed while it was read");
}

Result<std::size_t> Item::read(std::uint64_t offset, std::span<std::byte> out) const {
  const std::uint64_t left = metadata_.size_bytes - std::min(offset, metadata_.size_bytes);
  const auto part = out.first(std::min<std::uint64_t>(out.size(), left));
  const std::size_t count =
      ANTIDOTARY_TRY(files::read_at(fd_.get(), content_offset_ + offset, part));
  invert(part.first(count));
  return count;
}

}  // namespace antidotary::remedy
