// Lint: dates are days, months or years of the calendar, written one way.
#include <fmt/core.h>

#include "entries/dates.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class DateIsIso final : public Lint {
 public:
  std::string_view name() const override { return "date-is-iso"; }
  std::string_view advice() const override {
    return "Write \"2003-08-01\", or \"2003-11\" or \"2003\" where the source says no more.";
  }
  void check(const Encyclopedia& encyclopedia, Report& report) const override {
    const auto check = [&](const Dated& dated) {
      if (!dated.date.empty() && !is_day(dated.date) && !is_month(dated.date) &&
          !is_year(dated.date)) {
        report.say(dated.place, fmt::format("{} is no date", dated.date));
      }
    };
    for (const Entry& entry : encyclopedia.entries()) {
      check(entry.discovered);
      for (const Variant& variant : entry.variants) check(variant.discovered);
    }
    for (const Bulletin& bulletin : encyclopedia.bulletins()) {
      if (!is_day(bulletin.date) && !is_month(bulletin.date)) {
        report.say(bulletin.place, fmt::format("{} is no date", bulletin.date));
      }
    }
  }
};

}  // namespace

const Lint& date_is_iso_lint() {
  static const DateIsIso rule;
  return rule;
}

}  // namespace antidotary::entries
