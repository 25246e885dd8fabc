// Evidence: what a person named for an examination: a folder or mount, or the files of a disk
// image. One type, so that no verb asks which of them it is.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "files/root.h"
#include "sources/image_files.h"

namespace antidotary::sources {

class Evidence {
 public:
  /// Errors: those of files::Root::open and open_image.
  static Result<Evidence> open(const std::string& path);

  /// The folder; null where it is an image.
  const files::Root* root() const { return root_ ? &*root_ : nullptr; }
  /// The image; null where it is a folder.
  const ImageFiles* image() const { return image_ ? &*image_ : nullptr; }
  /// For a person.
  const std::string& path() const { return root_ ? root_->path() : image_->path; }

 private:
  Evidence() = default;
  std::optional<files::Root> root_;
  std::optional<ImageFiles> image_;
};

}  // namespace antidotary::sources
