// Report: what a scan of one top-level object says. Clean, found or incomplete, with the reasons.
//
// The answer of a jailed worker in its wire form (core/record.h); the parent distrusts it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entries/change.h"

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

struct Report {
  std::vector<Detection> detections;
  std::vector<Unread> unread;
  std::uint64_t objects = 0;  ///< Looked at, the top-level one included.
  std::uint64_t bytes = 0;    ///< Their sizes together.
  std::string format;         ///< What the top-level object is, by content: "zip", "message".
  /// The object is a container of things that have owners of their own (a mailbox, an archive):
  /// it is never the unit of deletion. A message is not one.
  bool holds_several = false;

  /// Found wins over incomplete; incomplete over clean. Only convicting detections are "found".
  Verdict verdict() const;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("detections", self.detections);
    visit("unread", self.unread);
    visit("objects", self.objects);
    visit("bytes", self.bytes);
    visit("format", self.format);
    visit("holds_several", self.holds_several);
  }
};

}  // namespace antidotary::scan
