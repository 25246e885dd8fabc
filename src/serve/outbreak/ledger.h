// Ledger: who got which attachment, kept by SQLite in the state folder's `outbreak`, so that what
// turns out later can be looked up, and what is counted outlives a restart.
//
// It is not asked about a message on its way (gate/outbreak/watch.h counts in memory), and nobody
// waits for it. Written by one process (writer.h); people's commands read it beside that, and write
// one thing, a dismissal. Bounded by time and by bytes, pruned a little at a time.
//
// Tables and what is in them: docs/formats/outbreak-ledger.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "files/root.h"
#include "serve/outbreak/rows.h"

namespace antidotary::serve::outbreak {

struct Keeping {
  std::uint64_t kept_s = 30ull * 86'400;
  std::uint64_t bytes_max = 1ull << 30;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("kept_s", self.kept_s);
    visit("bytes_max", self.bytes_max);
  }
};

/// One attachment of one message, as `copies` tells it.
struct Copy {
  MailRow mail;  ///< With this leaf alone.
  bool released = false;
};

class Ledger {
 public:
  static constexpr std::string_view folder_name = "outbreak";
  static constexpr std::string_view file_name = "ledger.sqlite";
  static constexpr std::size_t pruned_at_once = 500;

  /// Makes the file where it is missing. `folder` must outlive the ledger.
  /// Errors: busy (locked by somebody); malformed (damaged, or of a later version); io.
  static Result<Ledger> open(const files::Root& folder, int busy_ms);
  /// For people's commands: makes nothing. Errors: as above; not_found.
  static Result<Ledger> read(const files::Root& folder);
  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;
  ~Ledger();

  /// All of it or nothing. Errors: busy; malformed; io (the disk is full), with SQLite's sentence.
  Status write(const Batch& batch);
  /// Removes at most `pruned_at_once` messages that were kept long enough, or are the oldest of
  /// more than may be kept. Yields how many. Errors: as `write`.
  Result<std::size_t> prune(const Keeping& keeping, std::uint64_t now_s);

  std::uint64_t bytes() const;
  Result<std::uint64_t> mails() const;
  Result<std::vector<Outbreak>> outbreaks() const;
  /// Of one that is there: says that it is honest, or takes that back (`now_s` 0).
  /// Errors: not_found; as `write`.
  Status dismiss(const std::string& id, const std::string& reason, std::uint64_t now_s);
  /// Changes where another process has written since the last call.
  std::int64_t version() const;

  /// The newest messages with something risky since `since_s`, at most so many, the oldest first.
  Result<std::vector<MailRow>> recent(std::uint64_t since_s, std::size_t most) const;
  /// Each attachment that was ever seen, once, with its digests and size; for retro-hunts.
  Status each_leaf(const std::function<void(const scan::Leaf& leaf)>& told) const;
  /// Who got the attachment of this digest (SHA-256), the oldest first.
  Status copies(const std::string& sha256, const std::function<void(Copy&& copy)>& told) const;

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The ledger's folder in the state folder, made (0700) where it is missing. Errors: permission,
/// io; refused (something else of that name).
Result<files::Root> open_folder(const files::Root& state);
/// The same for who only reads: nothing is made. Errors: not_found, in words for people;
/// permission.
Result<files::Root> find_folder(const files::Root& state);

/// Moves a damaged ledger aside within its folder; yields its new name. Errors: io.
Result<std::string> put_aside(const files::Root& folder, std::uint64_t now_s);

}  // namespace antidotary::serve::outbreak
