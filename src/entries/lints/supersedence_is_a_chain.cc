// Lint: successors of bulletins lead forward, both ways, and never in a circle.
//
// A check of what is installed follows them: where the chain breaks it reports a gap that a later
// update has closed.
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

bool holds(const std::vector<std::string>& list, const std::string& id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

class SupersedenceIsAChain final : public Lint {
 public:
  std::string_view name() const override { return "supersedence-is-a-chain"; }
  std::string_view advice() const override {
    return "Say it in both bulletins: `superseded_by` in the older, `supersedes` in the newer.";
  }
  void check(const Encyclopedia& encyclopedia, Report& report) const override {
    for (const Bulletin& bulletin : encyclopedia.bulletins()) {
      for (const std::string& id : bulletin.superseded_by) {
        const Bulletin* next = encyclopedia.find_bulletin(id);
        if (next == nullptr || next == &bulletin) continue;
        if (!holds(next->supersedes, bulletin.id)) {
          report.say(next->place,
                     fmt::format("{} does not say that it supersedes {}", next->id, bulletin.id));
        }
        if (next->date < bulletin.date) {
          report.say(bulletin.place, fmt::format("{} is older than what it supersedes", next->id),
                     "Correct one of the two dates, or the order.");
        }
      }
      for (const std::string& id : bulletin.supersedes) {
        const Bulletin* earlier = encyclopedia.find_bulletin(id);
        if (earlier == nullptr || holds(earlier->superseded_by, bulletin.id)) continue;
        report.say(earlier->place,
                   fmt::format("{} does not say that {} supersedes it", id, bulletin.id));
      }
      if (leads_back(encyclopedia, bulletin)) {
        report.say(bulletin.place, fmt::format("{} supersedes itself at the end", bulletin.id),
                   "Remove the step that leads back.");
      }
    }
  }

 private:
  static bool leads_back(const Encyclopedia& encyclopedia, const Bulletin& from) {
    std::set<std::string> seen;
    std::vector<std::string> open = from.superseded_by;
    while (!open.empty()) {
      const std::string id = open.back();
      open.pop_back();
      const Bulletin* next = encyclopedia.find_bulletin(id);
      if (next == nullptr || next == &from || !seen.insert(id).second) continue;
      if (holds(next->superseded_by, from.id)) return true;
      open.insert(open.end(), next->superseded_by.begin(), next->superseded_by.end());
    }
    return false;
  }
};

}  // namespace

const Lint& supersedence_is_a_chain_lint() {
  static const SupersedenceIsAChain rule;
  return rule;
}

}  // namespace antidotary::entries
