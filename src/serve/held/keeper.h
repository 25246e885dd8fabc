// Keeper: the daemon's hand at the store: a process of its own that writes, syncs and removes, so
// that a disk which takes its time keeps only that mail waiting which has to be on it.
//
// A process (serve/hand.h) and not a thread: the daemon forks its workers. One thing is done at a
// time; what is asked for meanwhile waits here, not in the channel. When the process dies, what it
// had in hand is an error (of a half-written message the store removes the rest, store.h) and
// another one is begun with the next request.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "jail/channel.h"
#include "serve/held/store.h"
#include "serve/loop.h"

namespace antidotary::serve::held {

class Keeper {
 public:
  using Kept = std::function<void(const Result<std::string>& id)>;
  using Expired = std::function<void(const Result<std::uint64_t>& count)>;

  /// Both outlive it; the loop calls what is to be told. Errors: io (no process, no channel).
  static Result<std::unique_ptr<Keeper>> start(Loop& loop, Store& store);
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  /// Waits for what is in hand; what waits is not begun, and nobody is told.
  ~Keeper();

  /// Keeps what `message` reads, as Store::keep does, and tells its id once it is on the disk.
  /// Yields a number by which it can be given up. Never calls `told` within.
  /// Told: errors of Store::keep; worker_died (the process ended).
  std::uint64_t keep(HeldMail mail, files::Fd message, std::uint64_t now_unix_s, Kept told);
  /// Nobody waits any more: what is not begun is not kept, what is kept by then is removed.
  void give_up(std::uint64_t number);
  /// As Store::expire. Told: worker_died.
  void expire(std::uint64_t now_unix_s, Expired told);

  /// What the store held when it was last asked for something.
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t items() const { return items_; }
  pid_t process() const { return process_; }

 private:
  enum class Act : std::uint8_t { keep = 1, expire = 2, forget = 3 };
  struct Job {
    std::uint64_t number = 0;
    Act act = Act::keep;
    Buffer body;
    files::Fd message;
    Kept kept;
    Expired expired;
    bool given_up = false;
  };
  struct Answer;

  Keeper(Loop& loop, Store& store) : loop_(loop), store_(store), channel_(files::Fd()) {}
  Status begin();
  void end();
  void lose();
  [[noreturn]] void serve(jail::Channel channel);
  Answer carry_out(const jail::Message& message);
  void add(Job job);
  void next();
  void ready();
  void tell(Job job, const Result<Answer>& answer);

  Loop& loop_;
  Store& store_;
  jail::Channel channel_;
  pid_t process_ = -1;
  std::deque<Job> jobs_;  ///< The first is in hand where `at_work_`.
  bool at_work_ = false;
  std::uint64_t next_number_ = 1;
  std::uint64_t bytes_ = 0;
  std::uint64_t items_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace antidotary::serve::held
