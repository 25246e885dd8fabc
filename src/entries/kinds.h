// The kinds of change that an entry may state: one file in kinds/ each, listed by the build.
//
// A kind reads its own TOML table through `Fields`, which knows where each key stands, remembers
// which were asked for, and turns the rest into "unknown key" problems.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entries/change.h"

namespace antidotary::entries {

/// One TOML table being read. Every getter notes a problem with line, column and remedy when the
/// value is of the wrong type, and yields the empty value.
class Fields {
 public:
  virtual ~Fields() = default;
  virtual std::string text(std::string_view key) = 0;  ///< "" if absent.
  virtual std::string required_text(std::string_view key) = 0;
  virtual std::vector<std::string> texts(std::string_view key) = 0;      ///< A string or a list.
  virtual std::vector<std::uint64_t> numbers(std::string_view key) = 0;  ///< A number or a list.
  virtual bool has(std::string_view key) = 0;
  /// One of `names`, or `fallback` where absent. Returns its index.
  virtual std::size_t one_of(std::string_view key, std::span<const std::string_view> names,
                             std::size_t fallback) = 0;
  /// Notes a problem at `key` (or at the table where `key` is absent).
  virtual void problem(std::string_view key, std::string what, std::string mend) = 0;
};

struct Kind {
  std::string_view name;         ///< The TOML table's name: [[file]].
  std::string_view description;  ///< One line for the reference.
  /// Reads the kind's own fields; the common ones (id, evidence, source, note, before) are read by
  /// the caller.
  std::unique_ptr<Change> (*read)(Fields& fields);
};

/// All kinds, in alphabetical order (generated from the files of kinds/).
std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);

}  // namespace antidotary::entries
