// What each kind of change looks like in a scanned object: one file in kinds/ each.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/bytes.h"
#include "core/digest.h"
#include "entries/change.h"
#include "mail/letter.h"
#include "scan/report.h"

namespace antidotary::scan {

/// One object as the kinds see it. Digests are computed once, when first asked for.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Bytes bytes() const = 0;
  virtual std::string_view name() const = 0;  ///< Last part of its path, UTF-8.
  virtual const std::string& digest(DigestKind kind) const = 0;
  virtual const mail::Letter* letter() const = 0;  ///< Null where it is not a message.
};

struct Kind {
  std::string_view name;
  /// True where the change states something that can be seen in an object by itself.
  bool (*wants)(const entries::Change& change);
  /// The marks that were found, or nullopt. `path` is left for the caller except that a member
  /// of an attached archive appends its own names to it.
  std::optional<Detection> (*detect)(const entries::Change& change, const Subject& subject);
};

std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);

}  // namespace antidotary::scan
