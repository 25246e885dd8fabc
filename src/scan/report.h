// Report: what a scan of one top-level object says. Clean, found or incomplete, with the reasons.
//
// The answer of a jailed worker in its wire form (core/record.h); the parent distrusts it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "entries/change.h"
#include "scan/allow.h"
#include "scan/leaf.h"
#include "scan/stored_message.h"

namespace antidotary::scan {

enum class Verdict : std::uint8_t { clean, found, incomplete };
std::span<const std::string_view> enum_names(Verdict);

/// Why a part of an object was not wholly read.
enum class Gap : std::uint8_t {
  opaque,   ///< Encrypted, or a format that is not supported.
  limited,  ///< A budget cut it.
  failed,   ///< Damaged, the worker died, or an I/O error.
};
std::span<const std::string_view> enum_names(Gap);

struct Unread {
  Gap gap = Gap::failed;
  std::vector<std::string> path;  ///< Containers from the outermost: "mail.mbox", "message 17".
  std::string reason;             ///< One sentence.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("gap", self.gap);
    visit("path", self.path);
    visit("reason", self.reason);
  }
};

/// One mark that matched: {"subject", "your account qwe"}.
struct Mark {
  std::string what;
  std::string value;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("what", self.what);
    visit("value", self.value);
  }
};

struct Detection {
  std::string entry;    ///< "win32/mimail".
  std::string variant;  ///< "a".
  std::string change;   ///< Id of the change that was found.
  std::string kind;     ///< "message" or "file".
  entries::Grade grade = entries::Grade::weak;
  bool convicts = false;          ///< The evidence suffices by itself.
  std::vector<std::string> path;  ///< Down to the innermost object that shows it: member of a zip.
  std::vector<Mark> marks;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("entry", self.entry);
    visit("variant", self.variant);
    visit("change", self.change);
    visit("kind", self.kind);
    visit("grade", self.grade);
    visit("convicts", self.convicts);
    visit("path", self.path);
    visit("marks", self.marks);
  }
};

/// Where one part of a signature matched, with the bytes around it, for `--explain`.
struct Proof {
  std::string what;          ///< "subsignature 2", "md5", "string $a".
  std::uint64_t offset = 0;  ///< Bytes from the start of the object that `Alert::path` names.
  std::uint64_t length = 0;
  std::uint64_t around_offset = 0;  ///< Where `around` begins.
  Buffer around;                    ///< At most `proof_bytes_max`.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("what", self.what);
    visit("offset", self.offset);
    visit("length", self.length);
    visit("around_offset", self.around_offset);
    visit("around", self.around);
  }
};
inline constexpr std::size_t proof_bytes_max = 96;

/// A signature of somebody's database that hit. Its name is no entry's, though one may know it.
/// Of what no signature told: see Alerts.
inline constexpr std::uint32_t no_source = 0xffffffff;

struct Alert {
  std::string name;               ///< As its own engine shows it.
  std::string kind;               ///< "digest", "section", "imports", "pattern", "member", "yara".
  std::uint32_t source = 0;       ///< Index into the pack's sources.
  std::uint32_t line = 0;         ///< 1-based; 0 where it is not known.
  std::vector<std::string> path;  ///< Down to the object that shows it.
  std::string view;               ///< "text", "html": a normalised form of that object; or empty.
  std::vector<Proof> proofs;
  std::vector<Mark> meta;  ///< What the rule says of itself: author, reference, family.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("kind", self.kind);
    visit("source", self.source);
    visit("line", self.line);
    visit("path", self.path);
    visit("view", self.view);
    visit("proofs", self.proofs);
    visit("meta", self.meta);
  }
};

struct Report {
  std::vector<Detection> detections;
  std::vector<Alert> alerts;
  std::vector<Unread> unread;
  std::vector<Silenced> silenced;  ///< By allowances of the user; what a pack allows is not told.
  std::uint64_t objects = 0;       ///< Looked at, the top-level one included.
  std::uint64_t bytes = 0;         ///< Their sizes together.
  std::string format;              ///< What the top-level object is, by content: "zip", "message".
  /// The object is a container of things that have owners of their own (a mailbox, an archive):
  /// it is never the unit of deletion. A message is not one.
  bool holds_several = false;

  std::string sha256;  ///< Of the top-level object, where it was computed; else empty.
  /// Attachments and members of archives, where they were asked for (Search::leaves); else none.
  std::vector<Leaf> leaves;
  std::uint64_t leaves_left_out = 0;  ///< Beyond leaves_max.
  std::vector<StoredMessage> messages;  ///< Of an mbox: those in which something was found.

  /// Found wins over incomplete; incomplete over clean. Only convicting detections and alerts are
  /// "found".
  Verdict verdict() const;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("detections", self.detections);
    visit("alerts", self.alerts);
    visit("unread", self.unread);
    visit("silenced", self.silenced);
    visit("objects", self.objects);
    visit("bytes", self.bytes);
    visit("format", self.format);
    visit("holds_several", self.holds_several);
    visit("sha256", self.sha256);
    visit("leaves", self.leaves);
    visit("leaves_left_out", self.leaves_left_out);
    visit("messages", self.messages);
  }
};

}  // namespace antidotary::scan
