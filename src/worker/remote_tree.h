// RemoteTree: the examined disk as seen from inside the jail. Every question goes to the parent's
// TreeServer; every file comes as a descriptor.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/tree.h"
#include "jail/channel.h"

namespace antidotary::worker {

class RemoteTree final : public host::Tree {
 public:
  /// `channel` must outlive the tree.
  explicit RemoteTree(jail::Channel& channel) : channel_(&channel) {}

  Result<std::vector<host::Node>> list(const std::string& path) override;
  Result<std::unique_ptr<host::OpenFile>> open(const std::string& path) override;
  /// Reads no more than that: a file may be larger than what a worker may hold.
  Result<Buffer> head(const std::string& path, std::size_t bytes_max) override;

 private:
  jail::Channel* channel_;
};

}  // namespace antidotary::worker
