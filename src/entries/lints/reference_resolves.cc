// Lint: relations and bulletins lead somewhere.
#include <fmt/core.h>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class ReferenceResolves final : public Lint {
 public:
  std::string_view name() const override { return "reference-resolves"; }
  std::string_view advice() const override {
    return "Correct the id, or write what it names (bulletins stand in bulletins/ID.toml).";
  }
  void check(const Encyclopedia& encyclopedia, Report& report) const override {
    for (const Entry& entry : encyclopedia.entries()) {
      for (const BulletinReference& bulletin : entry.bulletins) {
        if (encyclopedia.find_bulletin(bulletin.id) == nullptr) {
          report.say(bulletin.place, fmt::format("there is no bulletin {}", bulletin.id));
        }
      }
      for (const Relation& relation : entry.relations) {
        if (relation.to == entry.id) {
          report.say(relation.place, "the entry is related to itself");
        } else if (encyclopedia.find(relation.to) == nullptr) {
          report.say(relation.place, fmt::format("there is no entry {}", relation.to));
        }
      }
    }
  }
};

}  // namespace

const Lint& reference_resolves_lint() {
  static const ReferenceResolves rule;
  return rule;
}

}  // namespace antidotary::entries
