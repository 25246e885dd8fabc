// Disks: partitions of MBR, GPT and APM, and the files of ext, FAT, NTFS and HFS+ volumes, by
// libtsk over memory.
//
// Why libtsk: it is made for images that are not to be trusted, and reads what is deleted by a
// table and not by mounting. It reaches the bytes through a handle of ours and opens no file.
// What is deleted, and space that no partition claims, is not brought out.
#include <fmt/core.h>
#include <tsk/libtsk.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "core/text.h"
#include "formats/mime/encoding.h"
#include "unpack/brought.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr unsigned sector_bytes = 512;
constexpr std::size_t read_bytes = 64u << 10;

/// An image in memory; the library's own part stands first, as it asks for.
struct Image {
  TSK_IMG_INFO info{};
  Bytes bytes;
  Budget* budget = nullptr;
};

ssize_t read_image(TSK_IMG_INFO* info, TSK_OFF_T offset, char* buffer, std::size_t count) {
  const Image& image = *static_cast<Image*>(static_cast<void*>(info));
  if (offset < 0 || !image.budget->step(count / 64 + 1)) return -1;
  const std::size_t at = std::min(static_cast<std::size_t>(offset), image.bytes.size());
  const Bytes some = image.bytes.subspan(at).first(std::min(count, image.bytes.size() - at));
  std::memcpy(buffer, some.data(), some.size());
  return static_cast<ssize_t>(some.size());
}

void close_image(TSK_IMG_INFO*) {}
void describe_image(TSK_IMG_INFO*, FILE*) {}

Error error_now() {
  const char* const words = tsk_error_get();
  std::string_view text = words == nullptr ? "damaged" : words;
  return {ErrorKind::malformed, escape_for_terminal(text.substr(0, text.find('\n'))), {}};
}

TSK_IMG_INFO* open_image(Image& image) {
  tsk_error_reset();
  return tsk_img_open_external(&image, static_cast<TSK_OFF_T>(image.bytes.size()), sector_bytes,
                               &read_image, &close_image, &describe_image);
}

struct CloseVolumes {
  void operator()(TSK_VS_INFO* volumes) const { tsk_vs_close(volumes); }
};
struct CloseFileSystem {
  void operator()(TSK_FS_INFO* system) const { tsk_fs_close(system); }
};

// Partitions are views: they cost as objects alone.
Status bring_partitions(TSK_IMG_INFO* info, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const std::unique_ptr<TSK_VS_INFO, CloseVolumes> volumes(
      tsk_vs_open(info, 0, TSK_VS_TYPE_DETECT));
  if (!volumes) return tl::unexpected(error_now());
  std::size_t number = 0;
  for (TSK_PNUM_T i = 0; i < volumes->part_count; ++i) {
    const TSK_VS_PART_INFO* const part = tsk_vs_part_get(volumes.get(), i);
    if (part == nullptr || (part->flags & TSK_VS_PART_FLAG_ALLOC) == 0) continue;
    ++number;
    if (visitor.wanted && !visitor.wanted(number - 1)) continue;
    ANTIDOTARY_CHECK(budget.new_object());
    const std::string name = fmt::format("partition {}", number);
    const std::uint64_t sectors = bytes.size() / sector_bytes;
    if (part->start >= sectors) {
      visitor.missed({name, Error{ErrorKind::truncated, "the image ends before it", {}}});
      continue;
    }
    const std::uint64_t length = std::min<std::uint64_t>(part->len, sectors - part->start);
    visitor.child({name, bytes.subspan(static_cast<std::size_t>(part->start) * sector_bytes,
                                       static_cast<std::size_t>(length) * sector_bytes)});
    if (length < part->len) {
      visitor.missed({name, Error{ErrorKind::truncated, "the image ends inside it", {}}});
    }
  }
  return {};
}

/// The walk over a file system's names.
class Files {
 public:
  Files(Budget& budget, const Visitor& visitor) : budget_(budget), visitor_(visitor) {}

  Status walk(TSK_FS_INFO* system) {
    const auto flags = static_cast<TSK_FS_DIR_WALK_FLAG_ENUM>(
        TSK_FS_DIR_WALK_FLAG_ALLOC | TSK_FS_DIR_WALK_FLAG_RECURSE | TSK_FS_DIR_WALK_FLAG_NOORPHAN);
    const bool failed = tsk_fs_dir_walk(system, system->root_inum, flags, &Files::file, this) != 0;
    if (!status_) return status_;
    if (failed) return tl::unexpected(error_now());
    return {};
  }

 private:
  static TSK_WALK_RET_ENUM file(TSK_FS_FILE* file, const char* path, void* self) {
    Files& files = *static_cast<Files*>(self);
    if (file->name == nullptr) return TSK_WALK_CONT;
    const std::string name = mime::to_utf8("", std::string(path) + file->name->name);
    // NTFS keeps its own records in files of the first numbers.
    const bool own = TSK_FS_TYPE_ISNTFS(file->fs_info->ftype) && file->name->meta_addr < 16;
    if (own) return TSK_WALK_CONT;
    return files.bring(*file, name) ? TSK_WALK_CONT : TSK_WALK_STOP;
  }

  void miss(const std::string& name, const char* words) {
    visitor_.missed({name, Error{ErrorKind::malformed, words, {}}});
  }

  /// The row of a folder's table and the record that it leads to both say what a file is, and a
  /// system goes by the record. Where they disagree the bytes come out, and that is told, for what
  /// would be a folder's files does not. False where the purse is empty.
  bool bring(TSK_FS_FILE& file, const std::string& name) {
    const TSK_FS_NAME_TYPE_ENUM row = file.name->type;
    const bool folder_by_row = row == TSK_FS_NAME_TYPE_DIR;
    const bool file_by_row = row == TSK_FS_NAME_TYPE_REG, unsaid = row == TSK_FS_NAME_TYPE_UNDEF;
    if (file.meta == nullptr) {
      if (file_by_row || folder_by_row || unsaid) miss(name, "its record cannot be read");
      return true;
    }
    const bool folder = TSK_FS_IS_DIR_META(file.meta->type);
    if (folder && (folder_by_row || unsaid)) return true;  // the walk goes into it
    if (!folder && file.meta->type != TSK_FS_META_TYPE_REG && !file_by_row && !folder_by_row) {
      return true;
    }
    if (!bring_file(file, name)) return false;
    if (folder) miss(name, "its record says that it is a folder");
    if (folder_by_row) miss(name, "its record says that it is no folder");
    return true;
  }

  bool bring_file(TSK_FS_FILE& file, const std::string& name) {
    const int count = tsk_fs_file_attr_getsize(&file);
    if (count == 0) miss(name, "its record does not say where it stands");
    for (int i = 0; i < count; ++i) {
      const TSK_FS_ATTR* const stream = tsk_fs_file_attr_get_idx(&file, i);
      if (stream == nullptr) continue;
      const bool data =
          stream->type == TSK_FS_ATTR_TYPE_DEFAULT || stream->type == TSK_FS_ATTR_TYPE_NTFS_DATA ||
          stream->type == TSK_FS_ATTR_TYPE_HFS_DATA || stream->type == TSK_FS_ATTR_TYPE_HFS_RSRC;
      if (data && !bring_stream(*stream, name)) return false;
    }
    return true;
  }

  bool bring_stream(const TSK_FS_ATTR& stream, std::string name) {
    if (stream.name != nullptr && *stream.name != '\0') {
      name += ":" + mime::to_utf8("", stream.name);
    }
    const auto size = static_cast<std::uint64_t>(std::max<TSK_OFF_T>(0, stream.size));
    ++number_;
    if (visitor_.member) visitor_.member({name, size, size, false, number_, std::nullopt});
    status_ = budget_.new_object();
    if (!status_) return false;
    if (visitor_.wanted && !visitor_.wanted(number_ - 1)) return true;
    Brought brought;
    std::array<std::byte, read_bytes> piece;
    while (brought.bytes.size() < size && !brought.error) {
      const std::size_t want = std::min<std::uint64_t>(piece.size(), size - brought.bytes.size());
      const ssize_t got =
          tsk_fs_attr_read(&stream, static_cast<TSK_OFF_T>(brought.bytes.size()),
                           as_chars(std::span<std::byte>(piece)), want, TSK_FS_FILE_READ_FLAG_NONE);
      if (got <= 0) {
        brought.error = error_now();
      } else if (!unpack::bring(brought, Bytes(piece).first(static_cast<std::size_t>(got)),
                                budget_)) {
        break;
      }
    }
    hand_out(name, brought, visitor_);
    return !brought.purse_empty;
  }

  Budget& budget_;
  const Visitor& visitor_;
  Status status_;
  std::size_t number_ = 0;
};

TSK_FS_TYPE_ENUM type_of(Format format) {
  switch (format) {
    case Format::ext:
      return TSK_FS_TYPE_EXT_DETECT;
    case Format::fat:
      return TSK_FS_TYPE_FAT_DETECT;
    case Format::ntfs:
      return TSK_FS_TYPE_NTFS;
    default:
      return TSK_FS_TYPE_HFS;
  }
}

Status bring_files(TSK_IMG_INFO* info, Format format, Budget& budget, const Visitor& visitor) {
  const std::unique_ptr<TSK_FS_INFO, CloseFileSystem> system(
      tsk_fs_open_img(info, 0, type_of(format)));
  if (!system) return tl::unexpected(error_now());
  return Files(budget, visitor).walk(system.get());
}

bool has_partitions(Format format) {
  return format == Format::mbr || format == Format::gpt || format == Format::apm;
}

Status bring(Image& image, Format format, const Visitor& visitor) {
  Budget& budget = *image.budget;
  TSK_IMG_INFO* const info = open_image(image);
  if (info == nullptr) return tl::unexpected(error_now());
  Status status = has_partitions(format) ? bring_partitions(info, image.bytes, budget, visitor)
                                         : bring_files(info, format, budget, visitor);
  tsk_img_close(info);
  return status;
}

void open_disk(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  // The library's cache of two MiB is a part of it.
  const auto image = std::make_unique<Image>();
  image->bytes = bytes;
  image->budget = &budget;
  Status status;
  try {
    status = bring(*image, format, visitor);
  } catch (const std::exception& error) {
    status = fail(ErrorKind::malformed, "libtsk gave up: {}", error.what());
  }
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> disks_openers() {
  static constexpr std::array rows = {
      Opener{Format::mbr, &open_disk},     Opener{Format::gpt, &open_disk},
      Opener{Format::apm, &open_disk},     Opener{Format::ext, &open_disk},
      Opener{Format::fat, &open_disk},     Opener{Format::ntfs, &open_disk},
      Opener{Format::hfs_plus, &open_disk}};
  return rows;
}

}  // namespace antidotary::unpack
