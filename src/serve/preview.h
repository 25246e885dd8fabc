// Preview: a small web server for one author: pages of a source on the loopback address alone,
// made again when files change, and an event stream that tells open pages to load themselves again.
//
// It is not the daemon's HTTP: it answers GET and HEAD, one request a connection, to whoever names
// it by its loopback address; a page of the web that points a name at 127.0.0.1 is refused by its
// Host field. It knows nothing of entries; what a page says is the source's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "files/fd.h"

namespace antidotary::serve {

/// Where open pages listen for changes: an event stream whose data is the source's version.
inline constexpr std::string_view preview_events_path = "/-/events";

struct PreviewAnswer {
  int status = 200;  ///< 200 or 404.
  std::string type;  ///< "text/html; charset=utf-8".
  std::string body;
};

/// What is previewed. All but `prove` is called from the server's one thread.
class PreviewSource {
 public:
  virtual ~PreviewSource() = default;
  /// Folders that are watched with all that is below them.
  virtual std::vector<std::string> watched() const = 0;
  /// Reads everything again; true where any page shows something else now.
  virtual bool reread() = 0;
  /// Changes whenever a page shows something else.
  virtual std::string version() const = 0;
  virtual PreviewAnswer answer(std::string_view path) const = 0;
  /// The slow part, run in a child process of its own after each reading and killed when the next
  /// comes first; what it yields is handed to `proven`.
  virtual std::string prove() = 0;
  /// `whole` is false where the child died or said more than is kept. True where any page shows
  /// something else now.
  virtual bool proven(std::string_view text, bool whole) = 0;
};

struct PreviewListener {
  files::Fd socket;
  std::uint16_t port = 0;
};
/// Listens on 127.0.0.1; port 0 is any free one. Errors: busy, permission, io.
Result<PreviewListener> listen_on_loopback(std::uint16_t port);

/// Serves until SIGINT or SIGTERM. Errors: io, before anything was served.
Status serve_preview(const PreviewListener& listener, PreviewSource& source);

}  // namespace antidotary::serve
