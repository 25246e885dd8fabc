// Writer: the process that writes the ledger, and the daemon's handle on it.
//
// A disk may take seconds for what it usually does in a millisecond, a database may be locked by a
// person who looks into it: the daemon waits for neither. What is to be written stands in a queue
// here, bounded in rows and bytes; one batch at a time goes to a child, which writes it in one
// transaction and says so. A child, not a thread: the daemon forks (docs/decisions/0090, 0183).
//
// What finds no room in the queue, or cannot be written, is lost, counted and told; mail goes on.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "files/root.h"
#include "jail/channel.h"
#include "serve/loop.h"
#include "serve/outbreak/ledger.h"
#include "serve/outbreak/rows.h"

namespace antidotary::serve::outbreak {

struct LedgerHealth {
  std::string trouble;        ///< Empty: what is given is written.
  std::uint64_t written = 0;  ///< Messages.
  std::uint64_t lost = 0;     ///< Messages: no room, or not written.
  std::uint64_t waiting = 0;
  std::uint64_t bytes = 0;  ///< Of the database, as last told.
};

class Writer {
 public:
  static constexpr std::size_t waiting_max = 10'000;
  static constexpr std::uint64_t waiting_bytes_max = 64ull << 20;

  struct Hears {
    /// Messages of an earlier run, then outbreaks as they stand: at the beginning, and whenever a
    /// person has decided about one.
    std::function<void(const MailRow&)> remembered;
    std::function<void(const Outbreak&)> outbreak;
    /// A sentence for the log.
    std::function<void(const std::string&)> told;
  };

  /// `folder` is the ledger's; `window_s` is how far back messages are remembered.
  Writer(Loop& loop, files::Root folder, Keeping keeping, std::uint64_t window_s, Hears hears);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Returns at once.
  void write(MailRow row);
  void write(const Outbreak& one);
  void release(const std::string& held_id);
  LedgerHealth health() const;
  /// Waits until all is written, at most so long; for a graceful stop.
  void finish(std::uint64_t wait_ms_max);

 private:
  void start();
  void pump();
  void hear();
  bool hear_one(int wait_ms);
  void lose_child(const std::string& why);
  void trouble(const std::string& words);

  Loop& loop_;
  files::Root folder_;
  Keeping keeping_;
  std::uint64_t window_s_;
  Hears hears_;
  std::optional<jail::Channel> channel_;
  pid_t pid_ = -1;
  bool ready_ = false;  ///< It has the ledger open, or has said why not.
  bool busy_ = false;   ///< A batch is with it.
  std::uint64_t busy_mails_ = 0;
  std::uint64_t starts_ = 0;
  Loop::TimerId again_ = 0;
  struct Waiting {
    MailRow row;
    std::uint64_t bytes;
  };
  std::deque<Waiting> mails_;
  std::vector<Outbreak> outbreaks_;
  std::vector<std::string> released_;
  std::uint64_t waiting_bytes_ = 0;
  LedgerHealth health_;
};

}  // namespace antidotary::serve::outbreak
