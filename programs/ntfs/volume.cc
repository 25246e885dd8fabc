// SPDX-License-Identifier: GPL-2.0-or-later
#include "programs/ntfs/volume.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

extern "C" {
#include <ntfs-3g/attrib.h>
#include <ntfs-3g/device.h>
#include <ntfs-3g/dir.h>
#include <ntfs-3g/inode.h>
#include <ntfs-3g/logging.h>
#include <ntfs-3g/ntfstime.h>
#include <ntfs-3g/security.h>
#include <ntfs-3g/unistr.h>
#include <ntfs-3g/volume.h>
}

namespace antidotary::ntfs {
namespace {

struct CloseInode {
  void operator()(ntfs_inode* inode) const { ntfs_inode_close(inode); }
};
struct CloseAttribute {
  void operator()(ntfs_attr* attribute) const { ntfs_attr_close(attribute); }
};
struct PutContext {
  void operator()(ntfs_attr_search_ctx* context) const { ntfs_attr_put_search_ctx(context); }
};
struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Inode = std::unique_ptr<ntfs_inode, CloseInode>;
using Attribute = std::unique_ptr<ntfs_attr, CloseAttribute>;
using Search = std::unique_ptr<ntfs_attr_search_ctx, PutContext>;
using Name = std::unique_ptr<ntfschar, Free>;

/// NTFS keeps its own files in the records below this one.
constexpr std::uint64_t first_user_record = 24;

tl::unexpected<Error> library_says(std::string_view act) {
  const int why = errno;
  const ErrorKind kind = why == ENOENT  ? ErrorKind::not_found
                         : why == EIO   ? ErrorKind::malformed
                         : why == EPERM ? ErrorKind::refused
                                        : ErrorKind::io;
  return fail(kind, "cannot {}: {}", act, std::strerror(why));
}

/// Something may have been written already, whatever the library says.
tl::unexpected<Error> half_done(std::string_view act) {
  return fail(ErrorKind::malformed, "cannot {}: {}", act, std::strerror(errno));
}

/// The plain file that is meant. Errors: as Volume::find.
Result<Inode> plain_file(ntfs_volume* volume, const NodeRequest& wanted) {
  Inode inode(ntfs_pathname_to_inode(volume, nullptr, wanted.path.c_str()));
  if (!inode) return library_says("find the file");
  if (inode->mft_no != wanted.record) {
    return fail(ErrorKind::changed, "another file bears its name now (record {}, not {})",
                inode->mft_no, wanted.record);
  }
  if (inode->mft_no < first_user_record) {
    return fail(ErrorKind::refused, "it is the file system's own");
  }
  const bool folder = (inode->mrec->flags & MFT_RECORD_IS_DIRECTORY) != const_cpu_to_le16(0);
  const bool reparse = (inode->flags & FILE_ATTR_REPARSE_POINT) != const_cpu_to_le32(0);
  if (folder || reparse) return fail(ErrorKind::refused, "it is not a regular file");
  return inode;
}

/// Its bytes. Errors: encrypted, malformed.
Result<Attribute> data_of(ntfs_inode* inode) {
  Attribute data(ntfs_attr_open(inode, AT_DATA, AT_UNNAMED, 0));
  if (!data) return library_says("read the file");
  if (NAttrEncrypted(data.get()) != 0) {
    return fail(ErrorKind::encrypted, "it is encrypted by Windows (EFS)");
  }
  return data;
}

Status read_whole(ntfs_attr* data, std::uint64_t offset, std::span<std::byte> out) {
  const auto size = static_cast<s64>(out.size());
  if (ntfs_attr_pread(data, static_cast<s64>(offset), size, out.data()) == size) return {};
  return library_says("read the file");
}

/// Looks at every attribute of a type. Errors: those of `look`.
template <class Look>
Status for_each(ntfs_inode* inode, ATTR_TYPES type, Look look) {
  const Search search(ntfs_attr_get_search_ctx(inode, nullptr));
  if (!search) return library_says("look at the file's record");
  Status looked;
  while (looked &&
         ntfs_attr_lookup(type, nullptr, 0, CASE_SENSITIVE, 0, nullptr, 0, search.get()) == 0) {
    looked = look(*search->attr);
  }
  return looked;
}

std::byte* memory_of(ATTR_RECORD& attribute) {
  return static_cast<std::byte*>(static_cast<void*>(&attribute));
}

/// How many names it has; a name and its short form are one.
Result<std::uint32_t> names_of(ntfs_inode* inode) {
  std::uint32_t names = 0;
  const auto count = [&names](ATTR_RECORD& attribute) -> Status {
    const auto at = le16_to_cpu(attribute.value_offset);
    const auto* name = as_library_object<FILE_NAME_ATTR>(memory_of(attribute) + at);
    if (name->file_name_type != FILE_NAME_DOS) ++names;
    return {};
  };
  ANTIDOTARY_CHECK(for_each(inode, AT_FILE_NAME, count));
  return names;
}

/// The named streams, as far as they are small.
Result<std::vector<Stream>> streams_of(ntfs_inode* inode, std::size_t bytes_left) {
  std::vector<Stream> out;
  const auto keep = [&](ATTR_RECORD& attribute) -> Status {
    const int length = attribute.name_length;
    // A stream in several extents is listed once for each.
    if (length == 0 || (attribute.non_resident != 0 && sle64_to_cpu(attribute.lowest_vcn) != 0)) {
      return {};
    }
    auto* name =
        as_library_object<ntfschar>(memory_of(attribute) + le16_to_cpu(attribute.name_offset));
    const std::unique_ptr<char, Free> text(ntfs_attr_name_get(name, length));
    const Attribute data(ntfs_attr_open(inode, AT_DATA, name, static_cast<u32>(length)));
    if (!text || !data) return library_says("read a stream of the file");
    Stream stream{text.get(), {}};
    const auto size = static_cast<std::uint64_t>(std::max<s64>(0, data->data_size));
    if (size > bytes_left) {
      return fail(ErrorKind::refused, "its stream {} is too large to be kept beside it ({} bytes)",
                  stream.name, size);
    }
    bytes_left -= size;
    stream.bytes.resize(size);
    ANTIDOTARY_CHECK(read_whole(data.get(), 0, stream.bytes));
    out.push_back(std::move(stream));
    return {};
  };
  ANTIDOTARY_CHECK(for_each(inode, AT_DATA, keep));
  return out;
}

Buffer security_of(ntfs_volume* volume, ntfs_inode* inode) {
  SECURITY_CONTEXT context{};
  context.vol = volume;
  const int size = ntfs_get_ntfs_acl(&context, inode, nullptr, 0);
  if (size <= 0 || size > (64 << 10)) return {};
  Buffer out(static_cast<std::size_t>(size));
  const int got = ntfs_get_ntfs_acl(&context, inode, as_chars(std::span(out)), out.size());
  if (got != size) out.clear();
  return out;
}

std::uint64_t filetime(ntfs_time time) { return static_cast<std::uint64_t>(sle64_to_cpu(time)); }

/// Why the volume cannot be worked on.
tl::unexpected<Error> not_opened() {
  switch (errno) {
    case EPERM:
    case EOPNOTSUPP:
      return fail(ErrorKind::refused,
                  "the volume is hibernated, or its log holds changes that Windows has to bring "
                  "in: start its Windows and shut it down fully (shutdown /s /t 0)");
    case EINVAL:
      return fail(ErrorKind::malformed, "the volume is not NTFS, or is damaged");
    default:
      return library_says("open the volume");
  }
}

}  // namespace

Result<std::unique_ptr<Volume>> Volume::open(jail::Channel& channel, std::uint64_t size_bytes) {
  ntfs_log_set_handler(ntfs_log_handler_null);
  std::unique_ptr<Volume> out(new Volume(channel, size_bytes));
  ntfs_device* const handle = Device::handle_on(out->device_);
  if (handle == nullptr) return library_says("open the volume");
  out->volume_ = ntfs_device_mount(handle, 0);
  if (out->volume_ == nullptr) {
    const auto why = not_opened();
    ntfs_device_free(handle);
    return why;
  }
  if ((out->volume_->flags & VOLUME_IS_DIRTY) != const_cpu_to_le16(0)) {
    return fail(ErrorKind::refused, "the volume says of itself that it was not put away");
  }
  return out;
}

Volume::~Volume() {
  if (volume_ != nullptr) ntfs_umount(volume_, TRUE);
}

Result<Node> Volume::find(const NodeRequest& wanted) {
  const Inode inode = ANTIDOTARY_TRY(plain_file(volume_, wanted));
  const Attribute data = ANTIDOTARY_TRY(data_of(inode.get()));
  Node out;
  out.record = inode->mft_no;
  out.size_bytes = static_cast<std::uint64_t>(std::max<s64>(0, data->data_size));
  out.names = ANTIDOTARY_TRY(names_of(inode.get()));
  out.flags = le32_to_cpu(inode->flags);
  out.created = filetime(inode->creation_time);
  out.modified = filetime(inode->last_data_change_time);
  out.accessed = filetime(inode->last_access_time);
  out.changed = filetime(inode->last_mft_change_time);
  out.security = security_of(volume_, inode.get());
  out.streams = ANTIDOTARY_TRY(streams_of(inode.get(), node_bytes_max - out.security.size()));
  return out;
}

Status Volume::read(const NodeRequest& wanted, const Take& take) {
  const Inode inode = ANTIDOTARY_TRY(plain_file(volume_, wanted));
  const Attribute data = ANTIDOTARY_TRY(data_of(inode.get()));
  const auto size = static_cast<std::uint64_t>(std::max<s64>(0, data->data_size));
  Buffer part;
  for (std::uint64_t at = 0; at < size; at += part.size()) {
    part.resize(static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes_max, size - at)));
    ANTIDOTARY_CHECK(read_whole(data.get(), at, part));
    ANTIDOTARY_CHECK(take(at, part));
  }
  return {};
}

Status Volume::write(const WriteRequest& wanted) {
  const Inode inode = ANTIDOTARY_TRY(plain_file(volume_, wanted.node));
  const Attribute data = ANTIDOTARY_TRY(data_of(inode.get()));
  if (NAttrCompressed(data.get()) != 0 || NAttrSparse(data.get()) != 0) {
    return fail(ErrorKind::unsupported, "it is compressed or sparse, and not edited in place");
  }
  // All of them are compared before the first is written: what is refused has touched nothing.
  const auto size = static_cast<std::uint64_t>(std::max<s64>(0, data->initialized_size));
  for (const ByteEdit& edit : wanted.edits) {
    const std::uint64_t count = edit.before.size();
    if (edit.after.size() != count || edit.offset > size || count > size - edit.offset) {
      return fail(ErrorKind::refused, "an edit lies outside of the file, or changes its length");
    }
    Buffer there(count);
    ANTIDOTARY_CHECK(read_whole(data.get(), edit.offset, there));
    if (there != edit.before) {
      return fail(ErrorKind::changed, "other bytes stand at offset {}", edit.offset);
    }
  }
  for (const ByteEdit& edit : wanted.edits) {
    const auto count = static_cast<s64>(edit.after.size());
    const auto at = static_cast<s64>(edit.offset);
    if (ntfs_attr_pwrite(data.get(), at, count, edit.after.data()) != count) {
      return half_done("write to the file");
    }
  }
  return {};
}

Status Volume::remove(const NodeRequest& wanted) {
  Inode inode = ANTIDOTARY_TRY(plain_file(volume_, wanted));
  if (const auto names = ANTIDOTARY_TRY(names_of(inode.get())); names != 1) {
    return fail(ErrorKind::refused, "it has {} names (hard links); taking one would leave it",
                names);
  }
  const std::size_t slash = wanted.path.rfind('/');
  const std::string above = slash == std::string::npos ? "/" : wanted.path.substr(0, slash);
  const std::string last = slash == std::string::npos ? wanted.path : wanted.path.substr(slash + 1);
  Inode folder(ntfs_pathname_to_inode(volume_, nullptr, above.c_str()));
  if (!folder) return library_says("find the folder");
  ntfschar* wide = nullptr;
  const int length = ntfs_mbstoucs(last.c_str(), &wide);
  const Name name(wide);
  if (length <= 0 || length > 255) return library_says("write its name as NTFS has it");
  // It closes both, whatever comes of it.
  const int removed = ntfs_delete(volume_, wanted.path.c_str(), inode.release(), folder.release(),
                                  name.get(), static_cast<u8>(length));
  if (removed != 0) return half_done("remove the file");
  return {};
}

Status Volume::close() {
  ntfs_volume* const volume = std::exchange(volume_, nullptr);
  if (ntfs_umount(volume, FALSE) != 0) return library_says("put the volume away");
  return {};
}

}  // namespace antidotary::ntfs
