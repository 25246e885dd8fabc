// Lint: dates are days, months or years of the calendar, written one way.
#include <fmt/core.h>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

bool is_year(std::string_view text) {
  return text.size() == 4 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_month(std::string_view text) {
  const bool form = text.size() == 7 && text[4] == '-' &&
                    text.substr(0, 4).find_first_not_of("0123456789") == std::string_view::npos &&
                    text.substr(5).find_first_not_of("0123456789") == std::string_view::npos;
  return form && text.substr(5) >= "01" && text.substr(5) <= "12";
}

bool is_day(std::string_view text) {
  if (text.size() != 10 || !is_month(text.substr(0, 7)) || text[7] != '-') return false;
  const std::string_view day = text.substr(8);
  if (day.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const std::string_view month = text.substr(5, 2);
  const int year =
      (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const bool short_month = month == "04" || month == "06" || month == "09" || month == "11";
  const std::string_view last = month == "02" ? (leap ? "29" : "28") : short_month ? "30" : "31";
  return day >= "01" && day <= last;
}

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
