// Dates as entries write them: a day, a month or a year of the calendar, as far as sources say it.
#pragma once

#include <string_view>

namespace antidotary::entries {

bool is_year(std::string_view text);   ///< "2003"
bool is_month(std::string_view text);  ///< "2003-08"
bool is_day(std::string_view text);    ///< "2003-08-01", a day that the calendar has.

}  // namespace antidotary::entries
