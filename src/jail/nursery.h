// Nursery: a process that forks workers ahead of their objects, so that whoever has an object
// finds one locked in and waiting, and waits for none to start.
//
// It is forked once, with what workers need mapped and read; it sees no object, no client, and
// speaks to its owner alone. Its workers are the owner's children (clone with CLONE_PARENT): they
// die with it, and it reaps them, as those of jail::start. What the owner learns after the nursery
// was forked is in no worker's memory.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "jail/jail.h"

namespace antidotary::jail {

class Nursery {
 public:
  /// Forks it. `body` is what each worker runs, as for jail::start.
  /// Errors: io.
  static Result<Nursery> start(const Confinement& confinement,
                               const std::function<void(Channel&)>& body);
  Nursery(Nursery&& other) noexcept
      : child_(std::move(other.child_)),
        newest_(std::move(other.newest_)),
        heard_(other.heard_),
        asked_(std::exchange(other.asked_, 0)) {}
  Nursery& operator=(Nursery&&) = delete;
  /// Ends it, and every worker that was born and not taken: they are our children. So is one that
  /// it had no time to speak of, where it was killed.
  ~Nursery();

  /// Has one more worker made ready; returns at once. Errors: worker_died (the nursery is gone),
  /// io.
  Status ask();
  std::size_t asked() const { return asked_; }
  /// The oldest that was asked for; waits for it where it is not ready yet.
  /// Errors: as jail::start; worker_died where the nursery is gone.
  Result<Child> take();

 private:
  struct Unmap {
    void operator()(pid_t* shared) const;
  };
  /// The worker that was born last, in memory that the nursery shares with us alone.
  using Newest = std::unique_ptr<pid_t, Unmap>;

  Nursery(Child child, Newest newest) : child_(std::move(child)), newest_(std::move(newest)) {}
  static Result<Newest> share_newest();
  Result<Child> hear_birth(int timeout_ms);

  Child child_;
  Newest newest_;
  pid_t heard_ = -1;  ///< The worker that we heard of last.
  std::size_t asked_ = 0;
};

}  // namespace antidotary::jail
