// ScratchFolder: a folder for simulations, removed when this goes. In memory where the machine has
// /dev/shm: a proof syncs thousands of small files, and nobody needs them after a power cut. The
// variable TMPDIR, where it is set, is obeyed instead.
#pragma once

#include <string>
#include <utility>

#include "core/result.h"

namespace antidotary::cli {

class ScratchFolder {
 public:
  /// Errors: io.
  static Result<ScratchFolder> make();
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  const std::string& path() const { return path_; }
  /// A folder in it, made where it is missing.
  std::string part(const std::string& name) const;
  /// The same, emptied.
  std::string empty_part(const std::string& name) const;

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace antidotary::cli
