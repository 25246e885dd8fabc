// Comparison: an NTFS volume as it is and as it would be: is anything different beside what was
// meant to be?
//
// It trusts nobody who made the difference: every record of the MFT is compared, every changed
// cluster is looked for in the runs of every file, every changed bit of both bitmaps must be one
// that a removed file held. Names are compared where they may have changed, in the folders of
// removed files.
#pragma once

#include <string>
#include <vector>

#include "host/image/patched_source.h"
#include "host/image/volume.h"

namespace antidotary::host {

/// A file that is meant to be different.
struct MeantFile {
  std::string volume;
  std::string path;
  std::uint64_t record = 0;
  bool removed = false;  ///< Else edited in place.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("volume", self.volume);
    visit("path", self.path);
    visit("record", self.record);
    visit("removed", self.removed);
  }
};

struct EditedFile {
  std::string volume;
  std::string path;
  std::string sha256;  ///< As it would be.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("volume", self.volume);
    visit("path", self.path);
    visit("sha256", self.sha256);
  }
};

struct Comparison {
  static constexpr std::size_t strange_max = 100;
  /// What is different and was not meant to be, in words; the first `strange_max`.
  std::vector<std::string> strange;
  std::vector<EditedFile> edited;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("strange", self.strange);
    visit("edited", self.edited);
  }
};

namespace image {
class TskDisk;
/// Compares one volume of two disks that differ in `changed` alone; adds to `out`.
/// Errors: unsupported (not NTFS), malformed, budget_spent.
Status compare(TskDisk& before, TskDisk& after, const Volume& volume,
               const std::vector<Patch>& changed, const std::vector<MeantFile>& meant,
               Comparison& out);
}  // namespace image

}  // namespace antidotary::host
