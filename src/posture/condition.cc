#include "posture/condition.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"
#include "formats/executable/file_version.h"
#include "formats/regf/hive.h"

namespace antidotary::posture {
namespace {

constexpr std::size_t shown_bytes_max = 64;

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t out = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  if (text.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return out;
}

std::vector<std::string> strings_of(Bytes data) {
  std::vector<std::string> out;
  const std::string all = utf8_from_utf16_le(data);
  for (const std::string_view one : split(all, '\0')) {
    if (!one.empty()) out.emplace_back(one);
  }
  return out;
}

/// -1, 0 or 1, or nullopt where the two cannot be put in order.
std::optional<int> compare(const Said& said, const std::string& operand) {
  if (said.is_version && !said.texts.empty()) {
    const auto left = executable::version_from(said.texts[0]);
    const auto right = executable::version_from(operand);
    if (!left || !right) return std::nullopt;
    return *left < *right ? -1 : *left == *right ? 0 : 1;
  }
  const auto right = number_of(operand);
  if (!said.number || !right) return std::nullopt;
  return *said.number < *right ? -1 : *said.number == *right ? 0 : 1;
}

bool equals(const Said& said, const std::string& operand) {
  if (const auto order = compare(said, operand)) return *order == 0;
  return std::any_of(said.texts.begin(), said.texts.end(),
                     [&](const std::string& text) { return equal_ignoring_case(text, operand); });
}

}  // namespace

std::string Said::shown() const {
  if (texts.empty() && number) return fmt::format("{}", *number);
  return join(texts, ", ");
}

Said said_by(std::uint32_t type, Bytes data) {
  Said out;
  if (type == regf::reg_dword && data.size() == 4) {
    out.number = load_u32_le(data, 0);
  } else if (type == regf::reg_qword && data.size() == 8) {
    out.number = load_u64_le(data, 0);
  } else if (type == regf::reg_multi_sz) {
    out.texts = strings_of(data);
  } else if (auto text = regf::text_of(type, data)) {
    out.number = number_of(*text);
    out.texts.push_back(std::move(*text));
  } else {
    out.texts.push_back(to_hex(data.first(std::min(data.size(), shown_bytes_max))));
  }
  return out;
}

bool holds(const entries::Condition& condition, const Said& said) {
  using Operator = entries::Condition::Operator;
  switch (condition.is) {
    case Operator::set:
      return true;
    case Operator::empty:
      return !said.number && std::all_of(said.texts.begin(), said.texts.end(),
                                         [](const std::string& text) { return text.empty(); });
    case Operator::equal:
      return equals(said, condition.operand);
    case Operator::unequal:
      return !equals(said, condition.operand);
    case Operator::at_least: {
      const auto order = compare(said, condition.operand);
      return order && *order >= 0;
    }
    case Operator::at_most: {
      const auto order = compare(said, condition.operand);
      return order && *order <= 0;
    }
    case Operator::like:
      return std::any_of(said.texts.begin(), said.texts.end(), [&](const std::string& text) {
        return matches_wildcard(condition.operand, text);
      });
  }
  return false;
}

bool any_holds(const std::vector<entries::Condition>& conditions, const Said& said) {
  return std::any_of(conditions.begin(), conditions.end(),
                     [&](const entries::Condition& one) { return holds(one, said); });
}

}  // namespace antidotary::posture
