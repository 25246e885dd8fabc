// Pool: several jailed workers that scan objects, fed by one thread.
//
// The parent stays single-threaded, because it forks: each worker has a few objects in its channel
// so that it never waits for us, and we wait for whichever answers first. Answers are handed on in
// the order in which the objects came, whoever finished first.
//
// A crash, kill or time-out costs the one object that the worker was at: it is answered as unread
// (failed) with the reason, what waited behind it goes to the worker's successor.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "files/fd.h"
#include "scan/knowledge.h"
#include "scan/report.h"
#include "scan/scanner.h"
#include "worker/options.h"

namespace antidotary::worker {

/// How a pool deals with its callers: the defaults suit one caller with many files; a daemon, whose
/// callers are strangers to each other, takes answers as they come and lets nothing wait in the
/// channel of a worker that is at a slow object.
struct Manner {
  bool in_order = true;                ///< Answers in the order in which the objects came.
  std::size_t waiting_per_worker = 3;  ///< Objects in a worker's channel beside the one it is at.
  /// Longest time from an answer's first packet to its last: a worker that begins to speak and
  /// stops must not hold its caller up. -1: as long as the object may take.
  int answer_ms_max = -1;
  /// Workers are made ready before they are wanted, by a nursery (jail/nursery.h) that `warm`
  /// forks: none of them has seen what the caller learned after that.
  bool ahead = false;
};

class Pool {
 public:
  /// What `knowledge` points to must outlive the pool. `workers`: at least 1.
  Pool(const scan::Knowledge& knowledge, Options options, unsigned workers = 1, Manner manner = {});
  ~Pool();

  using Done = std::function<void(scan::Report&& report)>;

  struct Object {
    files::Fd descriptor;  ///< A regular file, open for reading.
    std::uint64_t size_bytes = 0;
    std::string name;
    scan::Share share;
  };
  /// Returns when a worker has taken the object; `done` is called later, from here or from
  /// `finish`, once, in order.
  void scan(Object object, Done done);
  /// An answer that is known already, in its turn among the others.
  void answer(scan::Report report, Done done);
  /// Waits for all answers.
  void finish();

  // For callers with an event loop of their own, who never wait here.

  /// True where `scan` will not wait for a worker.
  bool ready() const;
  /// Sockets that become readable when a busy worker answers or dies.
  std::vector<int> descriptors() const;
  /// Milliseconds until the first busy worker is late; -1 where none is busy.
  int ms_to_deadline() const;
  /// Hears those who spoke, ends those who are late, hands on what is answered. Never waits for a
  /// worker that is silent.
  void hear();
  /// A sentence for the log, once: what went wrong last with starting workers ahead. Empty where
  /// nothing did; objects are answered either way.
  std::string take_trouble();
  /// Objects without an answer.
  std::size_t due() const;
  /// Starts the workers that are not there yet, or the nursery that does, so that the first
  /// objects need not wait for that.
  Status warm();

  const Tally& tally() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::worker
