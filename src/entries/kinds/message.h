// [[message]]: a mail message that the threat sends: its lure.
#pragma once

#include <string>
#include <vector>

#include "entries/change.h"

namespace antidotary::entries {

/// Lists are alternatives; `*` and `?` are wildcards; case and runs of white space are ignored.
struct MessageChange : Change {
  std::vector<std::string> from;                ///< Addresses: `admin@*`.
  std::vector<std::string> sender_name;         ///< Display names.
  std::vector<std::string> subject;             ///< `your account *`.
  std::vector<std::string> body;                ///< Phrases; one of them is enough.
  std::vector<std::string> attachment;          ///< Names: `message.zip`, `*.gif.exe`.
  std::vector<std::string> member;              ///< Names inside an attached archive.
  std::vector<std::uint64_t> attachment_sizes;  ///< Bytes, decoded; any of these.
  /// "executable" (the attachment or a member is of an executable type by name),
  /// "double-extension", "importance-high", "codebase" (markup naming a local program).
  std::vector<std::string> structure;

  std::string_view kind() const override { return "message"; }
  std::string summary() const override;
  /// A subject, a sender or a phrase alone must not convict anybody: checkable only where an
  /// attachment shape is stated beside a subject or a body phrase.
  bool checkable() const override;
};

}  // namespace antidotary::entries
