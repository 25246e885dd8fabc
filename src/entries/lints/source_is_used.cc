// Lint: a source that is described is one that something rests on.
#include <fmt/core.h>

#include <set>
#include <string>

#include "entries/lints/lint.h"
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

class SourceIsUsed final : public EntryLint {
 public:
  std::string_view name() const override { return "source-is-used"; }
  Severity severity() const override { return Severity::warning; }
  std::string_view advice() const override {
    return "Name it in the `source` of what it says, or remove it.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    std::set<std::string> used;
    for_each_statement(entry, [&](const Statement& statement) {
      used.insert(statement.sources.begin(), statement.sources.end());
    });
    for (const auto& [id, source] : entry.sources) {
      if (used.count(id) == 0) {
        report.say(source.place, fmt::format("nothing rests on the source {}", id));
      }
    }
  }
};

}  // namespace

const Lint& source_is_used_lint() {
  static const SourceIsUsed rule;
  return rule;
}

}  // namespace antidotary::entries
