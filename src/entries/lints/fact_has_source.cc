// Lint: whatever a program or a reader may act on says who said it.
#include <fmt/core.h>

#include "entries/lints/lint.h"
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

class FactHasSource final : public EntryLint {
 public:
  std::string_view name() const override { return "fact-has-source"; }
  std::string_view advice() const override {
    return "Add `source = [...]` with ids of [sources.*]; what no source says, the entry does not "
           "say.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    for_each_statement(entry, [&](const Statement& statement) {
      if (statement.sources.empty()) {
        report.say(statement.place, fmt::format("{} has no source", statement.what));
      }
    });
  }
};

}  // namespace

const Lint& fact_has_source_lint() {
  static const FactHasSource rule;
  return rule;
}

}  // namespace antidotary::entries
