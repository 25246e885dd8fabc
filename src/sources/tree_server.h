// TreeServer: the parent's half of an examination. It lists folders and opens files beneath the
// root on behalf of a jailed worker, and parses nothing.
#pragma once

#include <cstdint>

#include "core/result.h"
#include "files/root.h"
#include "jail/channel.h"

namespace antidotary::sources {

/// Tags of the requests that a worker may make, and of their answers. An answer's body is
/// a wire record, or an Error's kind and sentence.
enum class TreeTag : std::uint8_t { list = 1, open = 2, answer = 3, failure = 4 };

/// Caps on what one worker may ask for.
struct TreeLimits {
  std::uint64_t requests_max = 2'000'000;
  std::uint64_t nodes_max = 20'000'000;
};

class TreeServer {
 public:
  /// `root` must outlive the server.
  TreeServer(const files::Root& root, TreeLimits limits = {}) : root_(&root), limits_(limits) {}
  /// Answers one request that came in as `request`. Errors: worker_died (channel broken),
  /// refused (the worker asks for too much, or for nonsense: it must be killed).
  Status serve(jail::Channel& channel, const jail::Message& request);

 private:
  const files::Root* root_;
  TreeLimits limits_;
  std::uint64_t requests_ = 0;
  std::uint64_t nodes_ = 0;
};

}  // namespace antidotary::sources
