#include "gate/section.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/text.h"

namespace antidotary::gate {

using entries::TomlMember;
using entries::TomlNode;

bool size_from(std::string_view text, std::uint64_t& out) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{}) return false;
  const std::string unit = ascii_lower(std::string_view(parsed.ptr, end));
  const unsigned shift = unit.empty()  ? 0
                         : unit == "k" ? 10
                         : unit == "m" ? 20
                         : unit == "g" ? 30
                                       : 64;
  if (shift == 64 || number > (std::uint64_t{1} << (63 - shift))) return false;
  out = number << shift;
  return true;
}

const TomlMember* Section::find(std::string_view key, std::optional<TomlNode::Type> type,
                                std::string_view wanted) {
  asked_.emplace_back(key);
  for (const TomlMember& member : node_->members) {
    if (member.key != key) continue;
    if (!type || member.node.type == *type) return &member;
    mistake(member.line, member.column,
            fmt::format("'{}' is {}, not {}", key, wanted, member.node.type_words()));
    return nullptr;
  }
  return nullptr;
}

void Section::mistake(std::uint32_t line, std::uint32_t column, const std::string& sentence) {
  mistakes_.push_back(fmt::format("{}:{}:{}: {}", file_, line, column, sentence));
}

void Section::mistake_at(std::string_view key, const std::string& sentence) {
  for (const TomlMember& member : node_->members) {
    if (member.key == key) return mistake(member.line, member.column, sentence);
  }
  mistake(node_->line, node_->column, sentence);
}

bool Section::has(std::string_view key) const {
  return std::any_of(node_->members.begin(), node_->members.end(),
                     [&](const TomlMember& member) { return member.key == key; });
}

bool Section::is_empty_list(std::string_view key) const {
  return std::any_of(node_->members.begin(), node_->members.end(), [&](const TomlMember& member) {
    return member.key == key && member.node.type == TomlNode::Type::list &&
           member.node.items.empty();
  });
}

void Section::text(std::string_view key, std::string& out) {
  if (const TomlMember* found = find(key, TomlNode::Type::text, "a text in quotes")) {
    out = found->node.text;
  }
}

void Section::texts(std::string_view key, std::vector<std::string>& out) {
  const TomlMember* found = find(key, TomlNode::Type::list, "a list of texts");
  if (found == nullptr) return;
  for (const TomlNode& item : found->node.items) {
    if (item.type == TomlNode::Type::text) {
      out.push_back(item.text);
    } else {
      mistake(item.line, item.column, fmt::format("'{}' is a list of texts in quotes", key));
    }
  }
}

void Section::truth(std::string_view key, bool& out) {
  if (const TomlMember* found = find(key, TomlNode::Type::truth, "true or false")) {
    out = found->node.number != 0;
  }
}

void Section::number(std::string_view key, std::uint64_t& out, std::uint64_t least,
                     std::uint64_t most) {
  const TomlMember* found = find(key, TomlNode::Type::number, "a whole number");
  if (found == nullptr) return;
  const std::int64_t value = found->node.number;
  if (value < 0 || static_cast<std::uint64_t>(value) < least ||
      static_cast<std::uint64_t>(value) > most) {
    return mistake_at(key, fmt::format("'{}' is a number from {} to {}", key, least, most));
  }
  out = static_cast<std::uint64_t>(value);
}

void Section::size(std::string_view key, std::uint64_t& out) {
  const TomlMember* found = find(key, {}, "");
  if (found == nullptr) return;
  const bool as_number = found->node.type == TomlNode::Type::number;
  std::uint64_t value = 0;
  if (as_number && found->node.number > 0) value = static_cast<std::uint64_t>(found->node.number);
  const bool good = as_number ? value > 0
                              : found->node.type == TomlNode::Type::text &&
                                    size_from(found->node.text, value) && value > 0;
  if (!good) return mistake_at(key, fmt::format("'{}' is a size such as \"100M\"", key));
  out = value;
}

void Section::choice(std::string_view key, std::string& out,
                     const std::vector<std::string>& words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  if (const auto index = choice(key, views)) out = words[*index];
}

std::optional<std::size_t> Section::choice(std::string_view key,
                                           std::span<const std::string_view> words) {
  const TomlMember* found = find(key, TomlNode::Type::text, "a text in quotes");
  if (found == nullptr) return std::nullopt;
  const auto at = std::find(words.begin(), words.end(), found->node.text);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  mistake_at(key, fmt::format("'{}' is one of: {}", key, fmt::join(words, ", ")));
  return std::nullopt;
}

std::vector<std::size_t> Section::choices(std::string_view key,
                                          std::span<const std::string_view> words) {
  std::vector<std::size_t> out;
  const TomlMember* found = find(key, TomlNode::Type::list, "a list of texts");
  if (found == nullptr) return out;
  for (const TomlNode& item : found->node.items) {
    const auto at = std::find(words.begin(), words.end(), item.text);
    if (item.type == TomlNode::Type::text && at != words.end()) {
      out.push_back(static_cast<std::size_t>(at - words.begin()));
    } else {
      mistake(item.line, item.column,
              fmt::format("'{}' is a list of: {}", key, fmt::join(words, ", ")));
    }
  }
  return out;
}

std::optional<Section> Section::section(std::string_view key) {
  const TomlMember* found = find(key, TomlNode::Type::table, "a table");
  if (found == nullptr) return std::nullopt;
  return Section(&found->node, fmt::format("[{}]", key), file_, mistakes_);
}

std::vector<Section> Section::sections(std::string_view key) {
  std::vector<Section> out;
  const TomlMember* found = find(key, TomlNode::Type::list, "a list of tables");
  if (found == nullptr) return out;
  for (const TomlNode& item : found->node.items) {
    if (item.type == TomlNode::Type::table) {
      out.emplace_back(&item, fmt::format("[[{}]]", key), file_, mistakes_);
    } else {
      mistake(item.line, item.column, fmt::format("'{}' is written as [[{}]]", key, key));
    }
  }
  return out;
}

void Section::finish() {
  for (const TomlMember& member : node_->members) {
    if (std::find(asked_.begin(), asked_.end(), member.key) != asked_.end()) continue;
    mistake(member.line, member.column,
            fmt::format("{} has no '{}'; it knows: {}", name_, member.key, join(asked_, ", ")));
  }
}

std::optional<TomlNode> read_toml(std::string_view text, const std::string& file,
                                  std::vector<std::string>& mistakes) {
  std::vector<entries::Problem> problems;
  auto root = entries::parse_toml(text, file, problems);
  for (const entries::Problem& problem : problems) {
    mistakes.push_back(
        fmt::format("{}:{}:{}: {}", file, problem.place.line, problem.place.column, problem.what));
  }
  return root;
}

}  // namespace antidotary::gate
