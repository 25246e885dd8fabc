#include "entries/posture.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/text.h"
#include "entries/article.h"
#include "entries/table.h"

namespace antidotary::entries {
namespace {

constexpr std::array<std::string_view, 4> verdict_names = {"pass", "fail", "unknown",
                                                           "not-applicable"};

struct OperatorName {
  std::string_view text;
  Condition::Operator is;
};
constexpr std::array operators = {
    OperatorName{"!=", Condition::Operator::unequal},
    OperatorName{">=", Condition::Operator::at_least},
    OperatorName{"<=", Condition::Operator::at_most},
    OperatorName{"=", Condition::Operator::equal},
    OperatorName{"like", Condition::Operator::like},
};

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::vector<Condition> read_conditions(Table& table, std::string_view key) {
  std::vector<Condition> out;
  for (const std::string& text : table.texts(key)) {
    auto condition = read_condition(text);
    if (condition) {
      out.push_back(std::move(*condition));
    } else {
      table.problem(
          key, condition.error().what,
          "Write \"= 1\", \"!= 4\", \">= 2\", \"<= 3\", \"like *text*\", \"set\" or \"empty\".");
    }
  }
  return out;
}

std::optional<WindowsLevel> read_level(Table& table, std::string_view key) {
  std::optional<WindowsLevel> out;
  table.table(key, [&](Table& inner) {
    WindowsLevel level;
    level.build = static_cast<std::uint32_t>(inner.required_number("build"));
    if (inner.has("service_pack")) {
      level.service_pack = static_cast<std::uint32_t>(inner.required_number("service_pack"));
    }
    out = level;
  });
  return out;
}

// Which of the subjects is asked: the key of the table that is there says it.
void read_subject(Table& table, CheckRule& rule) {
  using Subject = CheckRule::Subject;
  struct Way {
    std::string_view key;
    Subject subject;
  };
  static constexpr std::array ways = {
      Way{"key", Subject::value}, Way{"age_of", Subject::age}, Way{"values_of", Subject::values_of},
      Way{"subkeys_of", Subject::subkeys_of}, Way{"file", Subject::version}};
  std::size_t found = 0;
  for (const Way& way : ways) {
    if (!table.has(way.key)) continue;
    ++found;
    rule.subject = way.subject;
    (way.subject == Subject::version ? rule.file : rule.key) = table.required_text(way.key);
  }
  if (found != 1) {
    table.problem("rule", "a rule asks one thing",
                  "Write one of key, age_of, values_of, "
                  "subkeys_of and file.");
  }
  if (rule.subject == Subject::value || rule.subject == Subject::age) {
    table.require("value");
    rule.value = table.text("value");
  }
  rule.branch = table.text("branch");
}

// "next" is none.
std::optional<CheckVerdict> read_choice(Table& table, std::string_view key,
                                        std::optional<CheckVerdict> fallback) {
  static constexpr std::array<std::string_view, 5> choices = {"next", "pass", "fail", "unknown",
                                                              "not-applicable"};
  if (!table.has(key)) return fallback;
  const std::size_t choice = table.one_of(key, choices, 0);
  return choice == 0 ? std::nullopt : std::optional(static_cast<CheckVerdict>(choice - 1));
}

CheckRule read_rule(Table& table) {
  CheckRule rule;
  rule.place = table.place();
  read_subject(table, rule);
  rule.pass = read_conditions(table, "pass");
  rule.fail = read_conditions(table, "fail");
  if (rule.pass.empty() && rule.fail.empty()) {
    table.problem("pass", "a rule without conditions decides nothing",
                  "Write pass, fail or both: pass = [\"= 1\"].");
  }
  rule.absent = read_choice(table, "absent", std::nullopt);
  std::optional<CheckVerdict> opposite;
  if (rule.fail.empty()) opposite = CheckVerdict::fail;
  if (rule.pass.empty()) opposite = CheckVerdict::pass;
  rule.neither = read_choice(table, "else", opposite);
  rule.note = table.text("note");
  if (table.has("mend")) rule.mend = static_cast<std::uint32_t>(table.required_number("mend"));
  return rule;
}

CheckPart read_part(Table& table) {
  CheckPart part;
  part.place = table.place();
  part.name = table.text("name");
  part.since = read_level(table, "since");
  part.until = read_level(table, "until");
  table.require("rule");
  table.each("rule", [&](Table& inner) { part.rules.push_back(read_rule(inner)); });
  part.otherwise = static_cast<CheckVerdict>(
      table.one_of("otherwise", verdict_names, static_cast<std::size_t>(CheckVerdict::unknown)));
  table.require("otherwise_why");
  part.otherwise_why = table.text("otherwise_why");
  return part;
}

}  // namespace

std::span<const std::string_view> enum_names(CheckVerdict) { return verdict_names; }

Result<Condition> read_condition(std::string_view text) {
  const std::string_view whole = trim(text);
  if (whole == "set") return Condition{};
  if (whole == "empty") return Condition{Condition::Operator::empty, ""};
  for (const OperatorName& name : operators) {
    if (!whole.starts_with(name.text)) continue;
    const std::string_view operand = trim(whole.substr(name.text.size()));
    const bool ordered =
        name.is == Condition::Operator::at_least || name.is == Condition::Operator::at_most;
    if (operand.empty() || (ordered && !is_number(operand))) break;
    return Condition{name.is, std::string(operand)};
  }
  return fail(ErrorKind::bad_input, "\"{}\" is no condition", text);
}

PostureCheck read_check(const SourceFile& file, std::vector<Problem>& problems) {
  PostureCheck check;
  check.place = {file.path, 1, 1};
  const auto root = parse_toml(file.text, file.path, problems);
  if (!root) return check;
  Table table(*root, "the check", file.path, problems);
  check.id = table.required_text("id");
  check.title = table.required_text("title");
  check.about = table.required_text("about");
  check.risk = table.required_text("risk");
  check.mend = table.required_text("mend");
  check.prevents = table.texts("prevents");
  check.bulletin = table.text("bulletin");
  check.references = table.texts("references");
  table.require("sources");
  check.sources = table.texts("sources");
  table.require("part");
  table.each("part", [&](Table& inner) { check.parts.push_back(read_part(inner)); });
  table.finish();
  return check;
}

}  // namespace antidotary::entries
