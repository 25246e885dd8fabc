// Spool: bytes that come piece by piece, until they are an object for a worker: anonymous memory,
// gone when the descriptor is closed. Nothing is ever written under a
// name.
#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"

namespace antidotary::serve {

class Spool {
 public:
  /// Errors: io (no memory, no descriptor).
  Status append(Bytes bytes);
  std::uint64_t size_bytes() const { return size_; }
  /// The object, open for reading and writing; the spool is empty then.
  Result<files::Fd> take();
  /// A second descriptor of what is there; the spool keeps it. From then on nobody can change it,
  /// nor append to it: whoever reads hostile bytes shall not write them.
  Result<files::Fd> share();
  void clear();

 private:
  Status open();
  files::Fd memory_;
  std::uint64_t size_ = 0;
};

}  // namespace antidotary::serve
