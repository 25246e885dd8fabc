// Changes: tells when one of some files and folders is changed, replaced or removed (inotify).
//
// A file is watched through the folder that holds it, for it is replaced by renaming; its
// neighbours there are nobody's business. In a watched folder every file counts. What is written
// and not closed yet is no change. Not noticed: what lies behind a symbolic link, a folder that is
// itself replaced, file systems whose changes come from elsewhere (NFS); there a reload is asked
// for by hand.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "files/fd.h"
#include "serve/loop.h"

namespace antidotary::serve {

class Changes {
 public:
  /// With the path as it was given to `watch`; once an event, so several times in a burst.
  using Changed = std::function<void(const std::string& path)>;

  /// Errors: io (the kernel gives no more watchers).
  static Result<std::unique_ptr<Changes>> make(Loop& loop, Changed changed);
  ~Changes();
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  /// `path` is a folder, or a file (that need not be there) in one. Errors: not_found, io.
  Status watch(const std::string& path);

 private:
  struct Wanted {
    std::string name;  ///< In its folder; empty: every one.
    std::string path;
  };
  Changes(Loop& loop, files::Fd events, Changed changed);
  void ready();
  void tell(int watcher, std::string_view name);

  Loop& loop_;
  files::Fd events_;
  Changed changed_;
  std::unordered_map<int, std::vector<Wanted>> wanted_;  ///< By the watcher of their folder.
};

}  // namespace antidotary::serve
