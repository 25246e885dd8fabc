// Scans: the queue between connections and the jailed workers.
//
// Fair: each owner (a connection) has a queue of its own, and the owners take turns, so that one
// with a thousand objects delays another's single one by one object a worker. Bounded by its
// owners: a session hands in few objects at a time, and their number is limited.
//
// Knowledge is swapped by `adopt`: what a worker is at ends on the old one, what waits begins on
// the new one; the old is let go when its last answer is there.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "scan/knowledge.h"
#include "scan/report.h"
#include "serve/loop.h"
#include "worker/pool.h"

namespace antidotary::serve {

/// What is held against, and what it stands on (mapped pack, entries): destroyed together.
class Known {
 public:
  virtual ~Known() = default;
  virtual const scan::Knowledge& knowledge() const = 0;
  /// Sixteen hexadecimal digits or a word, for STATS, metrics and logs.
  virtual std::string id() const = 0;
  virtual std::uint64_t signatures() const = 0;
};

struct ScanCounts {
  std::uint64_t scans = 0;
  std::uint64_t clean = 0;
  std::uint64_t found = 0;
  std::uint64_t incomplete = 0;
  std::uint64_t bytes = 0;
  std::uint64_t workers_started = 0;
  std::uint64_t workers_died = 0;
};

class Scans {
 public:
  using Owner = std::uint64_t;
  using Done = std::function<void(scan::Report&& report)>;
  /// Told of each answer with how long it took, queue included.
  using Watcher = std::function<void(const scan::Report& report, std::uint64_t took_ms)>;

  static Result<std::unique_ptr<Scans>> make(Loop& loop, worker::Options options, unsigned workers);
  ~Scans();

  /// From now on objects are held against `known`. Errors: io (its workers cannot be started);
  /// the old stays then.
  Status adopt(std::shared_ptr<const Known> known);
  /// `done` is called once, later, unless the owner is forgotten before.
  void submit(Owner owner, worker::Pool::Object object, Done done);
  /// What it has waiting is dropped, what is being scanned is not answered to it.
  void forget(Owner owner);

  std::size_t waiting() const { return waiting_; }
  std::size_t busy() const;
  bool idle() const { return waiting_ == 0 && busy() == 0; }
  unsigned workers() const { return workers_; }
  ScanCounts counts() const;
  const Known* known() const;
  void watch(Watcher watcher) { watcher_ = std::move(watcher); }
  /// Told, in a sentence for the log, what goes wrong without costing an answer.
  void on_trouble(std::function<void(const std::string&)> told) { trouble_ = std::move(told); }

 private:
  struct Asked;
  struct Engine;
  Scans(Loop& loop, files::Fd events, worker::Options options, unsigned workers);
  void pump();
  void give_next();
  void arm();
  void hear();
  void settle(std::uint64_t id, scan::Report&& report);

  Loop& loop_;
  files::Fd events_;  ///< An epoll of workers' sockets, each armed while its worker is busy.
  worker::Options options_;
  unsigned workers_;
  std::list<std::unique_ptr<Engine>> engines_;  ///< The newest first.
  std::unordered_map<Owner, std::deque<Asked>> queues_;
  std::deque<Owner> turns_;  ///< Owners with something waiting, each once.
  std::unordered_map<std::uint64_t, Asked> begun_;
  std::size_t waiting_ = 0;
  std::uint64_t next_id_ = 1;
  Loop::TimerId deadline_ = 0;
  bool pumping_ = false;
  ScanCounts counts_;
  Watcher watcher_;
  std::function<void(const std::string&)> trouble_;
};

}  // namespace antidotary::serve
