// Lint: no variant is older than its family, and no schedule ends before it begins.
//
// Sources disagree about days and months; where a variant's earlier date is believed, the family's
// must follow, with a note on the disagreement.
#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "entries/kinds/network.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

// Compares as far as both dates go: "2003" is not before "2003-08-01".
bool before(std::string_view a, std::string_view b) {
  const std::size_t size = std::min(a.size(), b.size());
  return a.substr(0, size) < b.substr(0, size);
}

class TimeRunsForward final : public EntryLint {
 public:
  std::string_view name() const override { return "time-runs-forward"; }
  std::string_view advice() const override {
    return "Give the family the earliest date that you believe, with a `note` where sources "
           "disagree.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    for (const Variant& variant : entry.variants) {
      const std::string& date = variant.discovered.date;
      if (!date.empty() && !entry.discovered.date.empty() && before(date, entry.discovered.date)) {
        report.say(variant.discovered.place,
                   fmt::format("{} is of {}, before its family's {}", variant.title, date,
                               entry.discovered.date));
      }
      for (const auto& change : variant.changes) {
        if (const auto* network = dynamic_cast<const NetworkChange*>(change.get())) {
          check_schedule(*network, report);
        }
      }
    }
  }

 private:
  static void check_schedule(const NetworkChange& change, Report& report) {
    const std::string_view schedule = change.schedule;
    constexpr std::string_view to = " to ";
    const std::size_t at = schedule.find(to);
    if (at == std::string_view::npos || schedule.substr(0, 2) != "20") return;
    const std::string_view begin = schedule.substr(0, at);
    const std::string_view end = schedule.substr(at + to.size());
    if (end.substr(0, 2) == "20" && before(end, begin)) {
      report.say(change.place, fmt::format("the schedule {} ends before it begins", schedule),
                 "Write the earlier date first.");
    }
  }
};

}  // namespace

const Lint& time_runs_forward_lint() {
  static const TimeRunsForward rule;
  return rule;
}

}  // namespace antidotary::entries
