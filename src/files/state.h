// State: the folder where quarantine, journals and the local key live. Never in an examined tree.
//
// $ANTIDOTARY_STATE, else /var/lib/antidotary for root, else $XDG_STATE_HOME/antidotary or
// ~/.local/state/antidotary. Mode 0700; refused where others may write to it.
#pragma once

#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"
#include "files/root.h"

namespace antidotary::files {

/// Where the state folder is, by the environment; it may not exist yet.
std::string state_path();

/// Opens (and makes, as far as missing) the state folder.
/// Errors: permission, refused (others may write to it), io.
Result<Root> open_state(const std::string& path);

/// A lock on a name in a folder (flock), held for as long as it lives.
class Lock {
 public:
  /// Errors: busy where somebody else holds it.
  static Result<Lock> take(int directory, const std::string& name);
  /// Waits until it is free.
  static Result<Lock> wait(int directory, const std::string& name);

 private:
  explicit Lock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

/// The local key for MACs: 32 random bytes in `key`, 0600, made when first asked for.
Result<Buffer> local_key(const Root& state);

}  // namespace antidotary::files
