// Pool: several jailed workers that scan objects, fed by one thread.
//
// The parent stays single-threaded, because it forks: each worker has a few objects in its channel
// so that it never waits for us, and we wait for whichever answers first. Answers are handed on in
// the order in which the objects came, whoever finished first.
//
// A crash, kill or time-out costs the one object that the worker was at: it is answered as unread
// (failed) with the reason, what waited behind it goes to the worker's successor.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "files/fd.h"
#include "scan/knowledge.h"
#include "scan/report.h"
#include "scan/scanner.h"
#include "worker/options.h"

namespace antidotary::worker {

class Pool {
 public:
  /// What `knowledge` points to must outlive the pool. `workers`: at least 1.
  Pool(const scan::Knowledge& knowledge, Options options, unsigned workers = 1);
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

  const Tally& tally() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::worker
