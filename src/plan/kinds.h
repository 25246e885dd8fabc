// The inverse of each kind of change: one file in kinds/ each.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entries/entry.h"
#include "plan/plan.h"

namespace antidotary::plan {

/// What an inverse may know of its surroundings.
struct Context {
  const entries::Entry& entry;
  const entries::Variant& variant;
  diagnosis::Verdict verdict;
  bool hive_dirty = false;        ///< For the hive of this finding.
  std::string windows_path = {};  ///< As that computer writes it: `C:\WINDOWS`.
  bool in_container = false;      ///< What was found lies inside a mailbox or an archive.
  /// Of a message in a mailbox file that can be taken out of it: the mailbox and the message.
  const host::FileFact* mailbox = nullptr;
  const MessageFact* message = nullptr;
  std::string_view format = {};  ///< Of the container, as reports name it.
};

struct Kind {
  std::string_view name;
  /// The step that takes this finding back, numbered later; entry, variant and change are filled
  /// in by the caller. A step with `left` set is listed only.
  Step (*invert)(const entries::Change& change, const host::Finding& finding,
                 const Context& context);
};

std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);

}  // namespace antidotary::plan
