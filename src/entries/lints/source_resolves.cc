// Lint: a source that is named is one that the entry describes.
#include <fmt/core.h>

#include "entries/lints/lint.h"
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

class SourceResolves final : public EntryLint {
 public:
  std::string_view name() const override { return "source-resolves"; }
  std::string_view advice() const override {
    return "Describe it as [sources.ID] in entry.md, or correct the id.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    for_each_statement(entry, [&](const Statement& statement) {
      for (const std::string& id : statement.sources) {
        if (entry.sources.count(id) != 0) continue;
        report.say(statement.place, fmt::format("{} names the source {}, which is not described",
                                                statement.what, id));
      }
    });
  }
};

}  // namespace

const Lint& source_resolves_lint() {
  static const SourceResolves rule;
  return rule;
}

}  // namespace antidotary::entries
