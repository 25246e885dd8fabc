// PrivateFolder: a folder of ours, mode 0700, made beside a file for the moment in which the file
// goes away or comes back.
//
// Why a folder and not only an odd name: whoever may write to the file's folder can swap names in
// it between our look and our act. Into this folder nobody else gets, and it is held by its
// descriptor, so that what was looked at is what is removed.
#pragma once

#include <string>

#include "core/result.h"
#include "files/fd.h"

namespace antidotary::remedy {

class PrivateFolder {
 public:
  /// The name that a file bears in it.
  static constexpr const char* inside = "file";

  /// Errors: busy (there is such a name), permission, io, refused (it was swapped at once).
  static Result<PrivateFolder> make(int parent, const std::string& name);
  /// One that a cut run left. Errors: not_found, refused (not ours), io.
  static Result<PrivateFolder> find(int parent, const std::string& name);

  int descriptor() const { return fd_.get(); }
  /// Removes the folder, which must be empty.
  Status dissolve() const;

 private:
  PrivateFolder(files::Fd fd, int parent, std::string name)
      : fd_(std::move(fd)), parent_(parent), name_(std::move(name)) {}
  files::Fd fd_;
  int parent_ = -1;
  std::string name_;
};

}  // namespace antidotary::remedy
