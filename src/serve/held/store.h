// Store: mail that was taken out of its way: kept for its recipients, so that a person can look at
// it and let it go on.
//
// In the state folder's `mail`: <id>.item holds the message with every bit inverted
// (remedy/item.h), so that nothing runs, opens or is scanned by accident; <id>.mail holds who sent
// it to whom and why it was kept, under a MAC by the local key. The second is written last: without
// it the first is nobody's. Bounded by bytes, by number and by time. docs/formats/quarantine.md.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/record.h"
#include "files/root.h"
#include "gate/policy.h"

namespace antidotary::serve::held {

struct HeldMail {
  std::string id;  ///< "mail-20261130t091500-0123456789ab"
  std::uint64_t taken_unix_s = 0;
  std::string queue_id;
  std::string client;  ///< Address, or name where that is not known.
  std::string login;
  std::string sender;                   ///< Without angle brackets; may be empty.
  std::vector<std::string> recipients;  ///< Those who did not get it.
  std::string subject;
  gate::Finding finding = gate::Finding::malware;
  std::string entry;
  std::vector<std::string> names;
  std::string reason;
  std::uint64_t size_bytes = 0;
  std::string sha256;
  std::uint64_t released_unix_s = 0;  ///< 0: not yet. Not covered by the MAC: a note beside it.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("id", self.id);
    visit("taken_unix_s", self.taken_unix_s);
    visit("queue_id", self.queue_id);
    visit("client", self.client);
    visit("login", self.login);
    visit("sender", self.sender);
    visit("recipients", self.recipients);
    visit("subject", self.subject);
    visit("finding", self.finding);
    visit("entry", self.entry);
    visit("names", self.names);
    visit("reason", self.reason);
    visit("size_bytes", self.size_bytes);
    visit("sha256", self.sha256);
    visit("released_unix_s", self.released_unix_s);
  }
};

/// What to do where there is no room.
enum class WhenFull : std::uint8_t { tempfail, oldest };
std::span<const std::string_view> enum_names(WhenFull);

struct Bounds {
  std::uint64_t bytes_max = 1ull << 30;
  std::uint64_t items_max = 100'000;
  std::uint64_t kept_s = 30ull * 86'400;
  WhenFull when_full = WhenFull::tempfail;
};

/// That a message goes on is noted; what `begin_release` answers and `give_up_release` takes.
struct Release {
  std::string id;
  std::uint64_t inode = 0;  ///< Of the note that it made; 0: there was one of an earlier release.
};

class Store {
 public:
  /// Makes the folder where it is missing; what a cut write left is removed.
  /// Errors: permission, io, refused; budget_spent (millions of files that are not ours).
  static Result<Store> open(const files::Root& state, Bounds bounds);

  /// Keeps what `message` reads, durably; id, time, size and digest are filled in.
  /// Errors: budget_spent (no room within the bounds), io (none on the disk).
  Result<HeldMail> keep(HeldMail mail, int message, std::uint64_t now_unix_s);
  /// The oldest first; what is damaged, or cannot be listed, is left out and told to `told`.
  std::vector<HeldMail> list(const std::function<void(const std::string&)>& told) const;
  /// Errors: not_found; malformed (its record is damaged, or another's); io.
  Result<HeldMail> find(const std::string& id) const;
  /// The message as it came, checked against its digest. Errors: as of `find`; malformed where
  /// the content is damaged, or another's.
  Result<Buffer> content(const std::string& id) const;
  /// Errors: not_found; permission; io.
  Status forget(const std::string& id);
  /// Notes, durably, that a message goes on, before it does: of two at once one may, and what was
  /// cut off is not sent twice. Errors: busy where it was noted before and not `again`; io. With an
  /// error there is no note that was not there before.
  Result<Release> begin_release(const std::string& id, std::uint64_t now_unix_s, bool again);
  /// Nobody took the message: takes the note back that this release made. Another's stays, be it
  /// earlier or later.
  /// Errors: not_found, permission, io.
  Status give_up_release(const Release& release);
  /// Removes what was kept long enough, at most `expired_at_once`: then there may be more. Yields
  /// how many.
  std::size_t expire(std::uint64_t now_unix_s);
  static constexpr std::size_t expired_at_once = 1'000;
  /// Uses a mark's nonce up. Errors: busy where it was used before; io.
  Status use_nonce(const std::string& nonce);
  /// The local key. The view lives as long as the store.
  Bytes key() const { return key_; }
  /// Descriptor of its folder; the store's own.
  int folder() const { return folder_.get(); }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t items() const { return items_; }

 private:
  Store(files::Fd folder, Buffer key, Bounds bounds)
      : folder_(std::move(folder)), key_(std::move(key)), bounds_(bounds) {}
  class OwnChange;
  Status tidy(std::uint64_t now_unix_s);
  Status make_room(std::uint64_t size_bytes, std::uint64_t now_unix_s);
  Result<std::string> oldest();
  Status remove(const std::string& id);
  bool fits(std::uint64_t size_bytes) const;
  std::int64_t touched_unix_ns() const;
  Result<std::vector<files::Named>> nodes() const;
  Result<std::uint64_t> create_note(const std::string& name, std::string_view text);
  Status write_note(const std::string& name, std::string_view text);

  files::Fd folder_;
  std::string path_;
  Buffer key_;
  Bounds bounds_;
  std::uint64_t bytes_ = 0;
  std::uint64_t items_ = 0;
  std::uint64_t tidied_unix_s_ = 0;
  std::int64_t seen_unix_ns_ = 0;    ///< When the folder had changed last, as far as we know.
  std::vector<std::string> oldest_;  ///< Some ids, the oldest behind; they may be gone.
};

}  // namespace antidotary::serve::held
