// Spool: bytes that come piece by piece, until they are an object for a worker: anonymous memory,
// gone when the descriptor is closed. Nothing is ever written under a name.
//
// All spools of a daemon share one space, so that no number of clients takes more memory than was
// allowed; a part of it is each service's alone (Shares), so that stalled clients of one do not
// turn another's away. Whoever finds it full is refused, not kept waiting: what fills it may be
// objects that are themselves half there.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"
#include "serve/shares.h"

namespace antidotary::serve {

/// Memory for what all clients have sent and is not answered yet. It outlives its parts.
class SpoolSpace {
 public:
  explicit SpoolSpace(std::uint64_t bytes_max) : shares_(bytes_max) {}
  void reserve(const std::string& service) { shares_.reserve(service); }
  std::uint64_t taken_bytes() const { return shares_.taken(); }

  /// What one object has of it; given back when destroyed.
  class Part {
   public:
    Part(SpoolSpace& space, std::string service) : space_(space), service_(std::move(service)) {}
    Part(Part&& other) noexcept
        : space_(other.space_), service_(other.service_), bytes_(std::exchange(other.bytes_, 0)) {}
    Part& operator=(Part&&) = delete;
    ~Part() { give_back(); }

    /// False where there is not so much left for its service; nothing is taken then.
    bool grow(std::uint64_t bytes);
    void give_back() { space_.shares_.give_back(service_, std::exchange(bytes_, 0)); }

   private:
    SpoolSpace& space_;
    std::string service_;
    std::uint64_t bytes_ = 0;
  };

 private:
  Shares shares_;
};

/// A whole object. Its part of the space is to live as long as somebody reads it.
struct Spooled {
  files::Fd descriptor;
  std::uint64_t size_bytes = 0;
  SpoolSpace::Part part;
};

class Spool {
 public:
  Spool(SpoolSpace& space, std::string service) : part_(space, std::move(service)) {}

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
  SpoolSpace::Part part_;
  files::Fd memory_;
  std::uint64_t size_ = 0;
};

}  // namespace antidotary::serve
