// FakeDisk: a disk image with one NTFS volume a MiB from its start, made by mkntfs, and a few files
// on it. For tests only; where the tools of the tests are missing it says so.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/digest.h"
#include "files/scratch.h"
#include "remedy/image/ntfs_program.h"

namespace antidotary::remedy {

class FakeDisk {
 public:
  static constexpr std::uint64_t volume_at = 1 << 20;
  static constexpr std::uint64_t volume_bytes = 8 << 20;

  /// With the files of `folder` below its scratch folder, see file().
  FakeDisk() = default;

  void file(std::string_view below, std::string_view content) {
    scratch_.file("files/" + std::string(below), content);
  }
  /// Makes the image of the files. False where mkntfs or ntfs_fill is not there.
  bool make() {
    const std::string volume = scratch_.path("volume");
    std::ofstream(volume).close();
    std::filesystem::resize_file(volume, volume_bytes);
    const std::string command = "PATH=$PATH:/usr/sbin:/sbin mkntfs -q -F -L disk " + volume +
                                " >/dev/null 2>&1 && " ANTIDOTARY_BINARY_DIR "/bin/ntfs_fill " +
                                volume + " " + scratch_.folder("files");
    if (std::system(command.c_str()) != 0) return false;
    std::ofstream image(path(), std::ios::binary | std::ios::trunc);
    image << partition_table() << std::string(volume_at - 512, '\x5a')
          << files::Scratch::content(volume) << std::string(4096, '\x5a');
    return image.good();
  }

  std::string path(std::string_view below = "disk.raw") const { return scratch_.path(below); }
  std::string program() const { return ANTIDOTARY_BINARY_DIR "/bin/antidotary-ntfs"; }
  std::string sha256() const {
    const std::string content = files::Scratch::content(path());
    return sha256_hex(as_bytes(std::string_view(content)));
  }
  /// The volume's own file system, as other tools see it.
  bool is_sound() const {
    std::ifstream image(path(), std::ios::binary);
    std::string whole{std::istreambuf_iterator<char>(image), {}};
    scratch_.file("checked", std::string_view(whole).substr(volume_at, volume_bytes));
    const std::string command = "PATH=$PATH:/usr/sbin:/sbin; ntfsfix -n " + path("checked") +
                                " >/dev/null 2>&1 && ntfsresize --check " + path("checked") +
                                " >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  }
  /// A file's bytes, as ntfscat has them; empty where it is not there.
  std::string content(const std::string& below) const {
    std::ifstream image(path(), std::ios::binary);
    std::string whole{std::istreambuf_iterator<char>(image), {}};
    scratch_.file("checked", std::string_view(whole).substr(volume_at, volume_bytes));
    const std::string command =
        "ntfscat " + path("checked") + " '" + below + "' >" + path("content") + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) return "";
    return files::Scratch::content(path("content"));
  }
  /// The number of a file's MFT record, by ntfsinfo.
  std::uint64_t record(const std::string& below) const {
    const std::string command = "ntfsls -i -p '" + below.substr(0, below.rfind('/')) + "' " +
                                path("volume") + " >" + path("listing") + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) return 0;
    std::ifstream listing(path("listing"));
    const std::string name = below.substr(below.rfind('/') + 1);
    for (std::uint64_t number = 0; listing >> number;) {
      std::string found;
      std::getline(listing >> std::ws, found);
      if (found == name) return number;
    }
    return 0;
  }

  plan::ImageFact fact() const {
    struct stat status {};
    EXPECT_EQ(::stat(path().c_str(), &status), 0);
    plan::ImagePart part;
    part.name = "disk.raw";
    part.size_bytes = static_cast<std::uint64_t>(status.st_size);
    part.device = status.st_dev;
    part.inode = status.st_ino;
    part.modified_unix_ns =
        std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    return {{part}, {{"volume 1", volume_at, volume_bytes}}};
  }
  const files::Scratch& scratch() const { return scratch_; }

 private:
  /// An MBR with the one partition.
  static std::string partition_table() {
    const std::uint32_t begin = volume_at / 512, count = volume_bytes / 512;
    std::string out(512, '\0');
    out[446 + 4] = 7;  // NTFS
    for (int i = 0; i < 4; ++i) {
      out[static_cast<std::size_t>(446 + 8 + i)] = static_cast<char>(begin >> (8 * i));
      out[static_cast<std::size_t>(446 + 12 + i)] = static_cast<char>(count >> (8 * i));
    }
    out[510] = '\x55';
    out[511] = '\xaa';
    return out;
  }

  files::Scratch scratch_;
};

}  // namespace antidotary::remedy
