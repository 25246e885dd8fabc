#include "gate/outbreak/expunge.h"

#include <fmt/core.h>

#include <algorithm>

namespace antidotary::gate::outbreak {
namespace {

constexpr std::size_t message_id_bytes_least = 10;
constexpr std::size_t message_id_bytes_max = 250;
constexpr std::size_t user_bytes_max = 320;

bool is_word(char one) {
  return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9');
}

bool is_of(std::string_view text, std::string_view beside) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [beside](char one) {
    return is_word(one) || beside.find(one) != std::string_view::npos;
  });
}

/// Howard Hinnant's days_from_civil, the other way round: no clock and no locale is asked.
std::string day_of(std::uint64_t unix_s) {
  const auto days = static_cast<std::int64_t>(unix_s / 86'400) + 719'468;
  const std::int64_t era = days / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return fmt::format("{:04}-{:02}-{:02}", year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
                     day);
}

}  // namespace

bool is_plain_message_id(std::string_view message_id) {
  if (message_id.size() < message_id_bytes_least || message_id.size() > message_id_bytes_max ||
      message_id.front() != '<' || message_id.back() != '>') {
    return false;
  }
  const std::string_view inner = message_id.substr(1, message_id.size() - 2);
  const std::size_t at = inner.find('@');
  return at != std::string_view::npos && is_of(inner.substr(0, at), "!#$%&*+-/=?^_{|}~.") &&
         is_of(inner.substr(at + 1), "-._[]:");
}

std::string expunge_command(std::string_view user, std::string_view message_id,
                            std::uint64_t delivered_s) {
  const bool plain_user =
      user.size() <= user_bytes_max && is_of(user, "@._+-=") && user.front() != '-';
  if (!plain_user || !is_plain_message_id(message_id)) return {};
  constexpr std::uint64_t day_s = 86'400;
  const std::uint64_t before_s = delivered_s < day_s ? 0 : delivered_s - day_s;
  return fmt::format(
      "doveadm expunge -u '{}' mailbox '*' header message-id '{}' savedsince {} "
      "savedbefore {}",
      user, message_id, day_of(before_s), day_of(delivered_s + 2 * day_s));
}

}  // namespace antidotary::gate::outbreak
