// Journal: what a run meant to do and did, one line at a time, each line fsynced before the act
// that it speaks of.
//
// A line is "<mac> <json>\n"; the MAC (HMAC-SHA-256 by the local key, hexadecimal) covers the MAC
// of the line before and the JSON, so that a line can be neither changed, moved nor left out. A
// last line that is torn belongs to a process that was cut, and is dropped; a damaged line before
// it is an error with its number. Format: docs/formats/journal.md.
//
// It decides nothing: `ledger.h` says where a journal leaves each step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/record.h"
#include "core/result.h"
#include "files/fd.h"
#include "files/root.h"
#include "formats/regf/editor.h"
#include "remedy/run.h"

namespace antidotary::remedy {

/// Forward changes the tree as the plan says, back puts it as it was.
enum class Direction : std::uint8_t { forward, back };
std::span<const std::string_view> enum_names(Direction);

enum class EventKind : std::uint8_t {
  begin,      ///< First line of every journal.
  turn,       ///< The whole run goes forward or back from here.
  intent,     ///< The next act on the tree belongs to this step.
  result,     ///< How that ended; closes the intent, if there was one.
  forgotten,  ///< The step's quarantined content was deleted for good.
  end,        ///< The turn has come to its end.
  blocks,     ///< Of a disk image: the run's blocks are kept; from here they may be written.
};
std::span<const std::string_view> enum_names(EventKind);

struct BeginFact {
  std::uint32_t version = 1;  ///< Of the journal's format.
  std::string run;
  std::string root;  ///< Absolute path.
  std::uint64_t root_device = 0;
  std::uint64_t root_inode = 0;
  std::string plan_sha256;
  std::string tool;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("version", self.version);
    visit("run", self.run);
    visit("root", self.root);
    visit("root_device", self.root_device);
    visit("root_inode", self.root_inode);
    visit("plan_sha256", self.plan_sha256);
    visit("tool", self.tool);
  }
};

/// Forward: the file is about to leave; back: a copy is about to take its place.
struct FileIntent {
  std::string path;
  std::string private_name;  ///< The name beside it that is used on the way.
  std::uint64_t device = 0;  ///< Of the file that leaves; 0 on the way back.
  std::uint64_t inode = 0;
  std::uint64_t size_bytes = 0;
  std::string sha256;
  /// The folder's times: before the file left, to be put back once it is there again.
  bool parent_times_known = false;
  std::uint64_t parent_inode = 0;  ///< Of the folder that it left; nowhere else is it put back.
  std::int64_t parent_accessed_ns = 0;
  std::int64_t parent_modified_ns = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("path", self.path);
    visit("private_name", self.private_name);
    visit("device", self.device);
    visit("inode", self.inode);
    visit("size_bytes", self.size_bytes);
    visit("sha256", self.sha256);
    visit("parent_times_known", self.parent_times_known);
    visit("parent_inode", self.parent_inode);
    visit("parent_accessed_ns", self.parent_accessed_ns);
    visit("parent_modified_ns", self.parent_modified_ns);
  }
};

/// Bytes of a hive or text file are about to be replaced: forward writes each edit's `after`, back
/// its `before`.
struct BytesIntent {
  std::string path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool times_known = false;  ///< Back: the times below are to be put back.
  std::int64_t accessed_ns = 0;
  std::int64_t modified_ns = 0;
  std::vector<ByteEdit> edits;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("path", self.path);
    visit("device", self.device);
    visit("inode", self.inode);
    visit("times_known", self.times_known);
    visit("accessed_ns", self.accessed_ns);
    visit("modified_ns", self.modified_ns);
    visit("edits", self.edits);
  }
};

/// Forward: a message is about to be taken out of a mailbox file; back: to be put into it. The
/// mailbox's bytes behind `offset` are in quarantine beside the message while that lasts.
struct MessageIntent {
  std::string path;
  std::uint64_t device = 0;  ///< Of the mailbox.
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;      ///< Where the message begins, or is to begin.
  std::uint64_t size_bytes = 0;  ///< Of the message.
  std::string sha256;
  std::uint64_t file_bytes = 0;  ///< Of the mailbox, before.
  std::string rest_sha256;       ///< Of what follows the message, or is to follow it.
  std::string lead_sha256;       ///< Of up to 64 KiB before it: how its place is known again.
  bool in_place = true;          ///< Back: false where its place is not to be told any more.
  bool times_known = true;       ///< Back: the times below are to be put back.
  std::int64_t accessed_ns = 0;  ///< Of the mailbox, before the message was taken out.
  std::int64_t modified_ns = 0;

  std::uint64_t rest_bytes(Direction direction) const {
    return file_bytes - offset - (direction == Direction::forward ? size_bytes : 0);
  }

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("path", self.path);
    visit("device", self.device);
    visit("inode", self.inode);
    visit("offset", self.offset);
    visit("size_bytes", self.size_bytes);
    visit("sha256", self.sha256);
    visit("file_bytes", self.file_bytes);
    visit("rest_sha256", self.rest_sha256);
    visit("lead_sha256", self.lead_sha256);
    visit("in_place", self.in_place);
    visit("times_known", self.times_known);
    visit("accessed_ns", self.accessed_ns);
    visit("modified_ns", self.modified_ns);
  }
};

/// The file `blocks` of the run's folder (image/block_journal.h).
struct BlocksFact {
  std::uint64_t count = 0;
  std::string sha256;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("count", self.count);
    visit("sha256", self.sha256);
  }
};

/// What the tree looks like after a step, as far as its inverse needs to know.
struct After {
  bool moved = false;        ///< The step's change came into force, or went out of it.
  std::uint64_t device = 0;  ///< Of the file that was put back.
  std::uint64_t inode = 0;
  std::int64_t modified_ns = 0;  ///< Of the folder (file steps), of the hive or of the mailbox.
  std::optional<std::uint64_t> size_bytes = std::nullopt;  ///< Of the mailbox.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("moved", self.moved);
    visit("device", self.device);
    visit("inode", self.inode);
    visit("modified_ns", self.modified_ns);
    visit("size_bytes", self.size_bytes);
  }
};

struct Event {
  EventKind kind = EventKind::begin;
  std::uint64_t time_unix_s = 0;
  std::uint32_t step = 0;  ///< 0 where the event is of the whole run.
  Direction direction = Direction::forward;
  StepOutcome outcome = StepOutcome::pending;
  std::string detail;
  std::optional<BeginFact> begin;
  std::optional<FileIntent> file;
  std::optional<BytesIntent>
      bytes;  ///< Written as "hive", its name since the format's first version.
  std::optional<MessageIntent> message = std::nullopt;
  std::optional<After> after;
  std::optional<BlocksFact> blocks;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("kind", self.kind);
    visit("time_unix_s", self.time_unix_s);
    visit("step", self.step);
    visit("direction", self.direction);
    visit("outcome", self.outcome);
    visit("detail", self.detail);
    visit("begin", self.begin);
    visit("file", self.file);
    visit("hive", self.bytes);
    visit("message", self.message);
    visit("after", self.after);
    visit("blocks", self.blocks);
  }
};

/// What a journal's bytes say.
struct JournalContent {
  std::vector<Event> events;
  std::uint64_t whole_bytes = 0;  ///< Where the last whole line ends; what follows is torn.
  std::string last_mac;
};

/// `run_id` is what the first line's MAC is chained to, so that no journal passes for another's.
/// Errors: malformed, with the number of the line.
Result<JournalContent> read_journal(Bytes text, Bytes key, const std::string& run_id);

class Journal {
 public:
  /// A new journal in `folder`. Errors: io, permission, busy.
  static Result<Journal> create(int folder, Bytes key, const std::string& run_id);
  /// Goes on with one that exists: what is torn at its end is cut off.
  static Result<Journal> resume(int folder, Bytes key, const JournalContent& content);

  /// Writes one line and fsyncs it. An error leaves the journal without that line, or unusable.
  Status append(const Event& event);

 private:
  Journal(files::Fd fd, Bytes key, std::string last_mac, std::uint64_t size)
      : fd_(std::move(fd)), key_(to_buffer(key)), last_mac_(std::move(last_mac)), size_(size) {}
  files::Fd fd_;
  Buffer key_;
  std::string last_mac_;
  std::uint64_t size_ = 0;
  bool broken_ = false;
};

}  // namespace antidotary::remedy
