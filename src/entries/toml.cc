// Toml: the one file that includes toml++, and catches what it throws.
#include "entries/toml.h"

#include <fmt/core.h>
#include <toml++/toml.h>

#include <algorithm>
#include <exception>

namespace antidotary::entries {
namespace {

// toml++ bounds nested brackets (256) but not dotted keys, whose depth costs stack when the tree is
// destroyed. Entries need two levels.
constexpr std::size_t dots_in_a_row_max = 32;
constexpr std::size_t depth_max = 8;

Problem syntax_problem(const std::string& file, toml::source_position at, std::string what,
                       std::string mend) {
  const Place place{file, std::max<std::uint32_t>(at.line, 1),
                    std::max<std::uint32_t>(at.column, 1)};
  return Problem{place, Severity::error, "syntax", std::move(what), std::move(mend)};
}

bool may_stand_in_key(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '"' || c == '\'' || c == ' ' || c == '\t';
}

/// Line on which a key has too many dotted parts, or 0. Counted are dots in a run of key characters
/// (two that touch are an ellipsis in prose) and, as a quoted part may hold anything, dots that
/// follow a quote.
std::uint32_t line_of_deep_key(std::string_view text) {
  std::uint32_t line = 1;
  std::size_t in_a_row = 0;
  std::size_t after_quotes = 0;
  char last = '\0';
  for (const char c : text) {
    if (c == '\n') {
      ++line;
      after_quotes = 0;
    }
    if (c == '.' && last != '.') {
      ++in_a_row;
      if (last == '"' || last == '\'') ++after_quotes;
      if (std::max(in_a_row, after_quotes) > dots_in_a_row_max) return line;
    } else if (!may_stand_in_key(c)) {
      in_a_row = 0;
    }
    if (c != ' ' && c != '\t') last = c;
  }
  return 0;
}

/// Copies toml++'s tree. Recursion is bounded by `depth_max`.
bool copy(const toml::node& from, TomlNode& to, std::size_t depth) {
  to.line = std::max<std::uint32_t>(from.source().begin.line, 1);
  to.column = std::max<std::uint32_t>(from.source().begin.column, 1);
  if (const auto* text = from.as_string()) {
    to.type = TomlNode::Type::text;
    to.text = text->get();
  } else if (const auto* number = from.as_integer()) {
    to.type = TomlNode::Type::number;
    to.number = number->get();
  } else if (const auto* truth = from.as_boolean()) {
    to.type = TomlNode::Type::truth;
    to.number = truth->get() ? 1 : 0;
  } else if (const auto* list = from.as_array()) {
    to.type = TomlNode::Type::list;
    if (depth == 0) return list->empty();
    for (const toml::node& item : *list) {
      if (!copy(item, to.items.emplace_back(), depth - 1)) return false;
    }
  } else if (const auto* table = from.as_table()) {
    to.type = TomlNode::Type::table;
    if (depth == 0) return table->empty();
    for (const auto& [key, value] : *table) {
      TomlMember& member = to.members.emplace_back();
      member.key = std::string(key.str());
      member.line = std::max<std::uint32_t>(key.source().begin.line, 1);
      member.column = std::max<std::uint32_t>(key.source().begin.column, 1);
      if (!copy(value, member.node, depth - 1)) return false;
    }
  }
  return true;
}

}  // namespace

std::string_view TomlNode::type_words() const {
  switch (type) {
    case Type::text:
      return "a text";
    case Type::number:
      return "a number";
    case Type::truth:
      return "true or false";
    case Type::list:
      return "a list";
    case Type::table:
      return "a table";
    case Type::other:
      break;
  }
  return "a date, a time or a fraction";
}

std::optional<TomlNode> parse_toml(std::string_view text, const std::string& file,
                                   std::vector<Problem>& problems) {
  if (text.size() > file_bytes_max) {
    problems.push_back(
        syntax_problem(file, {}, fmt::format("the file is longer than {} bytes", file_bytes_max),
                       "Move prose out of it, or split what it describes into several variants."));
    return std::nullopt;
  }
  if (const std::uint32_t line = line_of_deep_key(text); line != 0) {
    problems.push_back(syntax_problem(
        file, {line, 1}, fmt::format("a key of more than {} dotted parts", dots_in_a_row_max),
        "Entries need two parts at most, as in [sources.MS]."));
    return std::nullopt;
  }
  try {
    const toml::table table = toml::parse(text, std::string_view(file));
    TomlNode root;
    if (copy(table, root, depth_max)) {
      root.line = root.column = 1;
      return root;
    }
    problems.push_back(syntax_problem(file, {},
                                      fmt::format("tables or lists nest deeper than {}", depth_max),
                                      "Flatten them; docs/formats/entry.md shows the form."));
  } catch (const toml::parse_error& error) {
    problems.push_back(
        syntax_problem(file, error.source().begin, std::string(error.description()),
                       "Correct the TOML there: text stands in double quotes, or in single quotes "
                       "where it holds backslashes."));
  } catch (const std::exception& error) {
    problems.push_back(syntax_problem(file, {},
                                      std::string("not readable as TOML: ") + error.what(),
                                      "Correct the file's TOML."));
  }
  return std::nullopt;
}

}  // namespace antidotary::entries
