// Dates: their three forms, checked against the calendar.
#include "entries/dates.h"

namespace antidotary::entries {

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

}  // namespace antidotary::entries
