// PathScan: the files below a path that a client named, found and opened by a child of their own,
// so that neither a large folder nor a slow disk holds the event loop up.
//
// The child walks (sources/walk.h) and sends one descriptor after another; the channel makes it
// wait for us. It is not jailed: it opens, lists and parses nothing.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "files/fd.h"
#include "jail/channel.h"
#include "serve/loop.h"

namespace antidotary::serve {

class PathScan {
 public:
  struct Told {
    enum class What : std::uint8_t { file, missed, over };
    What what = What::over;
    std::string path;
    std::string reason;  ///< missed
    std::uint64_t size_bytes = 0;
    files::Fd descriptor;
  };
  using Tell = std::function<void(Told told)>;

  /// Errors: io (no child).
  static Result<std::unique_ptr<PathScan>> start(Loop& loop, const std::string& path, Tell tell);
  ~PathScan();
  /// While held nothing is told, and the child waits.
  void hold(bool held);

 private:
  PathScan(Loop& loop, jail::Channel channel, pid_t child, Tell tell);
  void ready();

  Loop& loop_;
  jail::Channel channel_;
  pid_t child_;
  Tell tell_;
  bool over_ = false;
};

}  // namespace antidotary::serve
