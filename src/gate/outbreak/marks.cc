#include "gate/outbreak/marks.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/record.h"
#include "core/text.h"

namespace antidotary::gate::outbreak {
namespace {

constexpr std::size_t template_bytes_max = 64;
constexpr double band = 1.1;
// A number of a message or of a recipient; a year or a house number is shorter.
constexpr std::size_t number_bytes_least = 6;
// Beside one of those, shorter ones are parts of it: "0100018b2c77-bb66-4f01-000000".
constexpr std::size_t part_bytes_least = 3;

bool is_digit(char one) { return one >= '0' && one <= '9'; }
bool is_letter(char one) {
  return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') ||
         static_cast<unsigned char>(one) >= 0x80;
}
bool is_hexadecimal(char one) { return is_digit(one) || (one >= 'a' && one <= 'f'); }

/// "0100017f8a-77" as "#-77": runs that are long and hold a digit number something.
std::string without_numbers(std::string_view local, std::size_t bytes_least) {
  std::string out;
  for (std::size_t at = 0; at < local.size();) {
    std::size_t end = at;
    while (end < local.size() && is_hexadecimal(local[end])) ++end;
    const std::string_view run = local.substr(at, end - at);
    const bool numbers = run.size() >= bytes_least && std::any_of(run.begin(), run.end(), is_digit);
    if (numbers) {
      out += '#';
    } else {
      out += run.empty() ? local.substr(at, 1) : run;
    }
    at += std::max<std::size_t>(run.size(), 1);
  }
  return out;
}

/// SRS0=hash=time=domain=local and SRS1=hash=forwarder==hash=time=domain=local.
std::string unwrapped(std::string_view local) {
  auto parts = split(local, '=');
  if (parts.size() < 5) return {};
  return fmt::format("{}@{}", parts.back(), parts[parts.size() - 2]);
}

}  // namespace

std::string name_template(std::string_view name) {
  const std::string extension = scan::extension_of(name);
  const std::size_t dot = extension.empty() ? name.size() : name.rfind('.');
  std::string out;
  for (const char one : name.substr(0, dot)) {
    const char kind = is_digit(one) ? '9' : is_letter(one) ? 'a' : one;
    const bool again = (kind == '9' || kind == 'a') && !out.empty() && out.back() == kind;
    if (!again && out.size() < template_bytes_max) out.push_back(kind);
  }
  return extension.empty() ? out : out + "." + extension;
}

std::array<std::string, 2> shapes_of(const scan::Leaf& leaf) {
  const double place = std::log(static_cast<double>(leaf.size_bytes) + 1) / std::log(band);
  const std::string rest = fmt::format(
      "{}|{}|{}|{}", enum_name(leaf.risk), leaf.format,
      name_template(leaf.names.empty() ? std::string() : leaf.names.front()), leaf.inside);
  // Two rulers, half a band apart: what one of them parts lies within a band of the other.
  return {fmt::format("{}|{}", static_cast<long>(place), rest),
          fmt::format("{}h|{}", static_cast<long>(place + 0.5), rest)};
}

std::string sender_of(std::string_view address) {
  const std::string lower = ascii_lower(address);
  const std::size_t at = lower.rfind('@');
  if (at == std::string::npos) return lower;
  std::string_view local = std::string_view(lower).substr(0, at);
  const std::string domain = lower.substr(at);
  if (local.starts_with("srs0=") || local.starts_with("srs1=")) {
    if (std::string inner = unwrapped(local); !inner.empty()) return inner;
  }
  const bool tagged = local.starts_with("prvs=") || local.starts_with("btv1==");
  if (tagged && std::count(local.begin(), local.end(), '=') >= 2) {
    return std::string(local.substr(local.rfind('=') + 1)) + domain;
  }
  // An address within the address.
  if (local.find('=') != std::string_view::npos)
    local = local.substr(0, local.find_first_of("+-="));
  const std::string plain = without_numbers(local, number_bytes_least);
  return (plain == local ? plain : without_numbers(local, part_bytes_least)) + domain;
}

}  // namespace antidotary::gate::outbreak
