// Walk: the regular files below what a person named, in a fixed order, links not followed, each
// opened beneath its root. A loop cannot happen; a link is told, not followed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/result.h"
#include "files/root.h"

namespace antidotary::sources {

struct WalkedFile {
  std::string shown;     ///< The path as a person would write it: what was named, then below.
  std::string relative;  ///< Below the root that was walked.
  const files::Root* root = nullptr;
  files::Stat stat;
  files::Fd descriptor;  ///< Open for reading.
};

struct WalkVisitor {
  std::function<void(WalkedFile&&)> file;
  /// What could not be opened or is left out (a link, a device), with the reason.
  std::function<void(const std::string& shown, const Error&)> missed;
};

/// `path` is a file or a folder. Errors: not_found, permission for `path` itself.
Status walk(const std::string& path, bool cross_file_systems, const WalkVisitor& visitor);

/// The folder that holds `path`, as a Root, with the path relative to it; for a folder, itself
/// and "".
Result<std::pair<files::Root, std::string>> root_of(const std::string& path);

}  // namespace antidotary::sources
