// Spool: bytes that come piece by piece, until they are an object for a worker: anonymous memory,
// gone when the descriptor is closed. Nothing is ever written under a name.
//
// All spools of a daemon share one space, so that no number of clients takes more memory than was
// allowed. Whoever finds it full is refused, not kept waiting: what fills it may be objects that
// are themselves half there.
#pragma once

#include <cstdint>
#include <utility>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"

namespace antidotary::serve {

/// Memory for what all clients have sent and is not answered yet. It outlives its parts.
class SpoolSpace {
 public:
  explicit SpoolSpace(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
  std::uint64_t taken_bytes() const { return taken_bytes_; }

  /// What one object has of it; given back when destroyed.
  class Part {
   public:
    explicit Part(SpoolSpace& space) : space_(space) {}
    Part(Part&& other) noexcept : space_(other.space_), bytes_(std::exchange(other.bytes_, 0)) {}
    Part& operator=(Part&&) = delete;
    ~Part() { give_back(); }

    /// False where there is not so much left; nothing is taken then.
    bool grow(std::uint64_t bytes);
    void give_back() { space_.taken_bytes_ -= std::exchange(bytes_, 0); }

   private:
    SpoolSpace& space_;
    std::uint64_t bytes_ = 0;
  };

 private:
  std::uint64_t bytes_max_;
  std::uint64_t taken_bytes_ = 0;
};

/// A whole object. Its part of the space is to live as long as somebody reads it.
struct Spooled {
  files::Fd descriptor;
  std::uint64_t size_bytes = 0;
  SpoolSpace::Part part;
};

class Spool {
 public:
  explicit Spool(SpoolSpace& space) : space_(space), part_(space) {}

  /// Errors: budget_spent (all clients together have sent too much); io (no memory, no
  /// descriptor).
  Status append(Bytes bytes);
  std::uint64_t size_bytes() const { return size_; }
  /// The object, open for reading and writing; the spool is empty then. Errors: io.
  Result<Spooled> take();
  /// A second descriptor of what is there; the spool keeps it. From then on nobody can change it,
  /// nor append to it: whoever reads hostile bytes shall not write them. Errors: io.
  Result<files::Fd> share();
  void clear();

 private:
  Status open();
  SpoolSpace& space_;
  SpoolSpace::Part part_;
  files::Fd memory_;
  std::uint64_t size_ = 0;
};

}  // namespace antidotary::serve
