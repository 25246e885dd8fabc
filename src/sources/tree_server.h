// TreeServer: the parent's half of an examination. It lists folders and opens files beneath the
// root on behalf of a jailed worker, and parses nothing.
//
// A request is a relative path, taken as a stranger's: whatever it says, what comes back is below
// the root, a regular file, and open for reading only. Contents of answers: tree_wire.h.
#pragma once

#include <cstdint>

#include "core/result.h"
#include "files/root.h"
#include "jail/channel.h"

namespace antidotary::sources {

/// Tags of the requests that a worker may make, and of their answers. A request's body is the
/// path. An answer's body is a list of nodes or one node (beside its descriptor); a failure's is
/// an Error.
enum class TreeTag : std::uint8_t { list = 1, open = 2, answer = 3, failure = 4 };

/// Caps on what one worker may ask for. Past them every request fails with budget_spent; past
/// twice as many requests the worker is taken for mad.
struct TreeLimits {
  std::uint64_t requests_max = 2'000'000;
  std::uint64_t nodes_max = 20'000'000;
  std::uint64_t folder_nodes_max = 1'000'000;  ///< Of one folder.
  std::uint64_t path_bytes_max = 64 << 10;
};

class TreeServer {
 public:
  /// `root` must outlive the server.
  explicit TreeServer(const files::Root& root, TreeLimits limits = {})
      : root_(&root), limits_(limits) {}
  /// Answers one request that came in as `request`. Errors: worker_died, budget_spent (it does not
  /// take its answer), refused (it asks for too much, or for nonsense: it must be killed).
  Status serve(jail::Channel& channel, const jail::Message& request);

 private:
  Result<Buffer> list(std::string_view path);
  Result<std::pair<Buffer, files::Fd>> open(std::string_view path);
  Status afford();

  const files::Root* root_;
  TreeLimits limits_;
  std::uint64_t requests_ = 0;
  std::uint64_t nodes_ = 0;
};

}  // namespace antidotary::sources
