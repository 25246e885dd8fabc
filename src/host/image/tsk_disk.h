// TskDisk: a BlockSource as the image that libtsk reads, every byte of it paid from a budget.
#pragma once

#include <tsk/libtsk.h>

#include <memory>
#include <optional>

#include "core/budget.h"
#include "host/image/block_source.h"

namespace antidotary::host::image {

class TskDisk {
 public:
  /// `source` and `budget` must outlive the disk. Errors: internal.
  static Result<std::unique_ptr<TskDisk>> open(BlockSource& source, Budget& budget);
  ~TskDisk();
  TskDisk(const TskDisk&) = delete;
  TskDisk& operator=(const TskDisk&) = delete;

  TSK_IMG_INFO* info() { return &image_->info; }
  BlockSource& source() { return *image_->source; }
  Budget& budget() { return *image_->budget; }

  /// What libtsk says went wrong since then: a spent budget and what the image's container says
  /// before the library's own words, which tell of damage whatever happened.
  /// Fit for a terminal. Errors: budget_spent, malformed, those of BlockSource::read.
  Error error_now() const;
  void forget_error();

 private:
  // The library's own part stands first, as it asks for; it holds a cache of two MiB.
  struct Image {
    TSK_IMG_INFO info{};
    BlockSource* source = nullptr;
    Budget* budget = nullptr;
    std::optional<Error> failure;  ///< The first since forget_error().
  };
  TskDisk() : image_(std::make_unique<Image>()) {}
  static ssize_t read(TSK_IMG_INFO* info, TSK_OFF_T offset, char* buffer, std::size_t count);

  std::unique_ptr<Image> image_;
};

struct CloseVolumes {
  void operator()(TSK_VS_INFO* volumes) const { tsk_vs_close(volumes); }
};
struct CloseFileSystem {
  void operator()(TSK_FS_INFO* system) const { tsk_fs_close(system); }
};
struct CloseDirectory {
  void operator()(TSK_FS_DIR* directory) const { tsk_fs_dir_close(directory); }
};
struct CloseFile {
  void operator()(TSK_FS_FILE* file) const { tsk_fs_file_close(file); }
};
using FileSystem = std::unique_ptr<TSK_FS_INFO, CloseFileSystem>;
using TskFile = std::unique_ptr<TSK_FS_FILE, CloseFile>;

}  // namespace antidotary::host::image
