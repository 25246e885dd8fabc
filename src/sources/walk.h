// Walk: the regular files below what a person named, in a fixed order, links not followed, each
// opened beneath its root. A loop cannot happen; a link is told, not followed.
//
// The order is depth first, the names of a folder by their bytes. Nothing is opened that could
// block (a pipe, a device). What a person named itself may be a link, or lead through links.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "core/result.h"
#include "files/root.h"

namespace antidotary::sources {

struct WalkedFile {
  std::string shown;     ///< The path as a person would write it: what was named, then below.
  std::string relative;  ///< Below the root that was walked.
  const files::Root* root = nullptr;  ///< Lives until `walk` returns.
  files::Stat stat;
  files::Fd descriptor;  ///< Open for reading.
};

struct WalkVisitor {
  std::function<void(WalkedFile&&)> file;
  /// What could not be opened or is left out, with the reason. Kinds: unsupported for what is not
  /// read by design (a link, a device, a pipe, a socket), otherwise those of files::Root.
  std::function<void(const std::string& shown, const Error&)> missed;
  /// Asked before a file below a folder is opened; true leaves it unopened and unvisited. May be
  /// empty.
  std::function<bool(const std::string& shown, const files::Stat& stat)> known = nullptr;
  /// Asked before a folder is entered, the named one included (depth 0); false leaves out all that
  /// it holds. May be empty.
  std::function<bool(const std::string& shown, std::uint32_t depth)> enter = nullptr;
  /// Told of links, devices and pipes below a folder in the place of `missed`. May be empty.
  std::function<void(const std::string& shown, files::Kind kind)> passed_over = nullptr;
};

/// `path` is a file or a folder. Errors: not_found, permission, refused (a device) for `path`
/// itself; then nothing was visited.
Status walk(const std::string& path, bool cross_file_systems, const WalkVisitor& visitor);
/// The same below a root that is already held, so that its path is not trusted a second time:
/// the file or folder `relative` ("" is the root itself), shown as `shown`.
Status walk(const files::Root& root, const std::string& relative, const std::string& shown,
            const WalkVisitor& visitor);

/// The folder that holds `path`, as a Root, with the path relative to it; for a folder, itself
/// and "". Errors: not_found, permission, io.
Result<std::pair<files::Root, std::string>> root_of(const std::string& path,
                                                    files::Mounts mounts = files::Mounts::stay);

}  // namespace antidotary::sources
