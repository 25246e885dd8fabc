// Table: getters that turn what does not fit into problems, and the check for unknown keys.
#include "entries/table.h"

#include <fmt/core.h>

#include <algorithm>

#include "entries/names.h"

namespace antidotary::entries {
namespace {

constexpr std::size_t shown_bytes_max = 60;

// What a stranger wrote is quoted in one line of a message.
std::string quoted(std::string_view text) {
  std::string out = "\"" + std::string(text.substr(0, shown_bytes_max));
  return out + (text.size() > shown_bytes_max ? "...\"" : "\"");
}

std::string quoted_list(std::span<const std::string_view> names) {
  std::string out;
  for (const std::string_view name : names) {
    out += (out.empty() ? "" : ", ") + quoted(name);
  }
  return out;
}

std::string example(std::string_view wanted) {
  if (wanted == "a text") return "put it in quotes";
  if (wanted == "a text or a list of texts") return "write \"...\" or [\"...\", \"...\"]";
  if (wanted == "a number or a list of numbers") return "write 19824 or [19824, 20445]";
  if (wanted == "a list of tables") return "write it with two pairs of brackets, [[...]]";
  if (wanted == "a table") return "write it as [name] or { key = ... }";
  return "write digits without quotes";
}

}  // namespace

Table::Table(const TomlNode& node, std::string name, std::string file,
             std::vector<Problem>& problems)
    : node_(node), name_(std::move(name)), file_(std::move(file)), problems_(problems) {}

Place Table::place() const { return place_of(node_); }

Place Table::place_of(const TomlNode& node) const { return {file_, node.line, node.column}; }

void Table::note(const Place& place, std::string rule, std::string what, std::string mend) {
  problems_.push_back({place, Severity::error, std::move(rule), std::move(what), std::move(mend)});
}

const TomlMember* Table::find(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
  const auto found = std::find_if(node_.members.begin(), node_.members.end(),
                                  [&](const TomlMember& member) { return member.key == key; });
  return found == node_.members.end() ? nullptr : &*found;
}

void Table::wrong_type(std::string_view key, const TomlNode& at, std::string_view wanted) {
  note(place_of(at), "wrong-type",
       fmt::format("`{}` is {}, but {} is wanted", key, at.type_words(), wanted),
       fmt::format("For `{}`, {}.", key, example(wanted)));
}

bool Table::has(std::string_view key) { return find(key) != nullptr; }

void Table::require(std::string_view key) {
  if (has(key)) return;
  note(place(), "missing-key", fmt::format("{} has no `{}`", name_, key),
       fmt::format("Add `{} = ...`; docs/formats/entry.md shows the form.", key));
}

std::string Table::text(std::string_view key) {
  const TomlMember* member = find(key);
  if (member == nullptr) return {};
  if (member->node.type == TomlNode::Type::text) return member->node.text;
  wrong_type(key, member->node, "a text");
  return {};
}

std::string Table::required_text(std::string_view key) {
  require(key);
  std::string value = text(key);
  const TomlMember* member = find(key);
  if (value.empty() && member != nullptr && member->node.type == TomlNode::Type::text) {
    note(place_of(member->node), "missing-key", fmt::format("`{}` is empty", key),
         fmt::format("Say something in `{}`.", key));
  }
  return value;
}

std::vector<std::string> Table::texts(std::string_view key) {
  constexpr std::string_view wanted = "a text or a list of texts";
  const TomlMember* member = find(key);
  if (member == nullptr) return {};
  if (member->node.type == TomlNode::Type::text) return {member->node.text};
  std::vector<std::string> out;
  if (member->node.type != TomlNode::Type::list) {
    wrong_type(key, member->node, wanted);
    return out;
  }
  for (const TomlNode& item : member->node.items) {
    if (item.type == TomlNode::Type::text) {
      out.push_back(item.text);
    } else {
      wrong_type(key, item, wanted);
    }
  }
  return out;
}

std::vector<std::uint64_t> Table::numbers(std::string_view key) {
  const TomlMember* member = find(key);
  std::vector<std::uint64_t> out;
  if (member == nullptr) return out;
  const auto take = [&](const TomlNode& item) {
    if (item.type == TomlNode::Type::number && item.number >= 0) {
      out.push_back(static_cast<std::uint64_t>(item.number));
    } else if (item.type == TomlNode::Type::number) {
      note(place_of(item), "wrong-type", fmt::format("`{}` is below zero", key),
           "Write a whole number from 0.");
    } else {
      wrong_type(key, item, "a number or a list of numbers");
    }
  };
  if (member->node.type == TomlNode::Type::list) {
    for (const TomlNode& item : member->node.items) take(item);
  } else {
    take(member->node);
  }
  return out;
}

std::uint64_t Table::required_number(std::string_view key) {
  require(key);
  const TomlMember* member = find(key);
  if (member == nullptr) return 0;
  if (member->node.type != TomlNode::Type::number) {
    wrong_type(key, member->node, "a number");
    return 0;
  }
  const std::vector<std::uint64_t> values = numbers(key);
  return values.empty() ? 0 : values.front();
}

std::size_t Table::one_of(std::string_view key, std::span<const std::string_view> names,
                          std::size_t fallback) {
  const TomlMember* member = find(key);
  if (member == nullptr) return fallback;
  const std::string value = text(key);
  if (member->node.type != TomlNode::Type::text) return fallback;
  const auto found = std::find(names.begin(), names.end(), value);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  note(place_of(member->node), "bad-value", fmt::format("`{}` cannot be {}", key, quoted(value)),
       fmt::format("Write one of {}.", quoted_list(names)));
  return fallback;
}

void Table::problem(std::string_view key, std::string what, std::string mend) {
  const TomlMember* member = find(key);
  note(member == nullptr ? place() : place_of(member->node), "bad-value", std::move(what),
       std::move(mend));
}

void Table::read_table(const TomlNode& node, std::string name, const Reading& reading) {
  Table inner(node, std::move(name), file_, problems_);
  reading(inner);
  inner.finish();
}

bool Table::table(std::string_view key, const Reading& reading) {
  const TomlMember* member = find(key);
  if (member == nullptr) return false;
  if (member->node.type == TomlNode::Type::table) {
    read_table(member->node, fmt::format("`{}`", key), reading);
  } else {
    wrong_type(key, member->node, "a table");
  }
  return true;
}

void Table::each(std::string_view key, const Reading& reading) {
  constexpr std::string_view wanted = "a list of tables";
  const TomlMember* member = find(key);
  if (member == nullptr) return;
  if (member->node.type != TomlNode::Type::list) {
    wrong_type(key, member->node, wanted);
    return;
  }
  for (const TomlNode& item : member->node.items) {
    if (item.type == TomlNode::Type::table) {
      read_table(item, fmt::format("[[{}]]", key), reading);
    } else {
      wrong_type(key, item, wanted);
    }
  }
}

void Table::each_member(std::string_view key,
                        const std::function<void(const std::string&, Table&)>& reading) {
  const TomlMember* member = find(key);
  if (member == nullptr) return;
  if (member->node.type != TomlNode::Type::table) {
    wrong_type(key, member->node, "a table");
    return;
  }
  for (const TomlMember& inner : member->node.members) {
    if (inner.node.type != TomlNode::Type::table) {
      wrong_type(inner.key, inner.node, "a table");
      continue;
    }
    read_table(inner.node, fmt::format("[{}.{}]", key, inner.key),
               [&](Table& table) { reading(inner.key, table); });
  }
}

void Table::finish() {
  for (const TomlMember& member : node_.members) {
    if (std::find(asked_.begin(), asked_.end(), member.key) != asked_.end()) continue;
    const std::string* nearest = nullptr;
    std::size_t distance = 0;
    for (const std::string& known : asked_) {
      const std::size_t d = edit_distance(member.key, known);
      if (nearest == nullptr || d < distance) {
        nearest = &known;
        distance = d;
      }
    }
    const bool close = nearest != nullptr && distance <= 1 + nearest->size() / 3;
    std::string known =
        close ? fmt::format("Did you mean `{}`?", *nearest) : std::string("Remove it.");
    if (!close) {
      known += " Known here:";
      for (const std::string& key : asked_) known += " " + key;
      known += ".";
    }
    note({file_, member.line, member.column}, "unknown-key",
         fmt::format("{} has an unknown key {}", name_, quoted(member.key)), std::move(known));
  }
}

}  // namespace antidotary::entries
