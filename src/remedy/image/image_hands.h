// ImageHands: what a run on a disk image needs of others: the NTFS program, and the jailed worker's
// eyes. Handed in, so that this room parses no file system.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/byte_edit.h"
#include "core/result.h"
#include "plan/image.h"

namespace antidotary::remedy {

/// A file of the image as a run is about to leave it.
struct Touched {
  std::string volume;
  std::string path;
  std::uint64_t record = 0;
  bool removed = false;
  std::string sha256;  ///< Of what was edited.
};

/// What is to be true of the image once `blocks` are written.
struct Claim {
  const std::vector<ByteEdit>& blocks;
  std::vector<Touched> touched;
  bool whole = false;  ///< Every step that the plan carries out is among them.
};

struct ImageHands {
  /// Path of antidotary-ntfs.
  std::string program;
  /// Whether the volumes may be written to as they stand. Errors: refused, with what to do.
  std::function<Status(const std::string& path, const plan::ImageFact& image)> may_be_written;
  /// Looks at the image as it would be. Errors: refused, with what would be wrong with it; whatever
  /// keeps it from looking.
  std::function<Status(const Claim& claim)> prove;
};

}  // namespace antidotary::remedy
