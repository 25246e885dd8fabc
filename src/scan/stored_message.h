// StoredMessage: which message of a mailbox file it is in which something was found, by what stays
// the same while others come and go: its digest and its Message-ID; and where it stands now, which
// is what taking it out needs.
//
// A message in a file of its own (Maildir, MH, .eml) is known by that file and needs none of this;
// one in an Outlook store by the number that its store gives it ("message 2097188").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"

namespace antidotary::scan {

struct Report;

struct StoredMessage {
  std::uint64_t number = 0;      ///< From 1: "message 17".
  std::uint64_t offset = 0;      ///< Of its From_ line, in bytes from the mailbox's start.
  std::uint64_t size_bytes = 0;  ///< From there to the next From_ line.
  std::string sha256;            ///< Of these bytes.
  std::string message_id;        ///< Its Message-ID as it stands there; may be empty.
  /// Programs that believe Content-Length end it, or one around it, elsewhere.
  bool contested = false;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("number", self.number);
    visit("offset", self.offset);
    visit("size_bytes", self.size_bytes);
    visit("sha256", self.sha256);
    visit("message_id", self.message_id);
    visit("contested", self.contested);
  }
};

inline constexpr std::size_t message_id_bytes_max = 256;

/// The number in "message 17"; 0 where the name is no such.
std::uint64_t message_number(const std::string& name);

/// Fills `report.messages`: one for each message of the mbox `bytes` that a convicting detection
/// or an alert of the report names, in their order. An empty purse ends it early.
void place_messages(Bytes bytes, Budget& budget, Report& report);

}  // namespace antidotary::scan
