// Loop: one thread that waits for descriptors, timers and things put off (epoll).
//
// It is not a framework: no futures, no threads. One thread, because workers are forked and a fork
// of a process with threads copies locks in whatever state they are. Nothing called from here may
// wait for a peer.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "core/result.h"
#include "files/fd.h"

namespace antidotary::serve {

class Loop {
 public:
  using Ready = std::function<void(std::uint32_t events)>;
  using TimerId = std::uint64_t;  ///< 0 is no timer.

  static Result<std::unique_ptr<Loop>> make();

  /// Calls `ready` whenever one of `events` (EPOLLIN ...) holds, until `forget`. The descriptor
  /// stays the caller's; it must be forgotten before it is closed.
  Status watch(int descriptor, std::uint32_t events, Ready ready);
  void change(int descriptor, std::uint32_t events);
  void forget(int descriptor);

  TimerId after_ms(std::uint64_t delay_ms, std::function<void()> act);
  void cancel(TimerId& timer);
  /// Runs `act` when the event at hand has been dealt with: for what must not be destroyed now.
  void later(std::function<void()> act);

  /// Until `stop`; may be called again behind it.
  void run();
  void stop() { stopped_ = true; }
  std::uint64_t now_ms() const;

 private:
  explicit Loop(files::Fd epoll) : epoll_(std::move(epoll)) {}
  int ms_to_timer() const;
  void run_timers();
  void run_later();

  struct Watched {
    std::uint64_t id;
    Ready ready;
  };
  files::Fd epoll_;
  // By descriptor; the id tells a late event of a closed descriptor from its successor's.
  std::unordered_map<int, std::shared_ptr<Watched>> watched_;
  std::map<std::pair<std::uint64_t, TimerId>, std::function<void()>> timers_;
  std::unordered_map<TimerId, std::uint64_t> timer_times_;
  std::deque<std::function<void()>> later_;
  std::uint64_t next_id_ = 1;
  bool stopped_ = false;
};

}  // namespace antidotary::serve
