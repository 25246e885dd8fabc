// A line of an ini file gets back what it held; of a list only the threat's program is taken.
#include "entries/kinds/ini.h"

#include <fmt/core.h>

#include <utility>

#include "core/text.h"
#include "plan/kinds.h"
#include "plan/known_places.h"

namespace antidotary::plan {
namespace {

using entries::IniChange;

void take_out(const host::LineFact& fact, const std::string& where, Step& out) {
  const std::string_view line = as_text(fact.line);
  out.line = take_from_list(fact);
  if (!out.line) return;
  const auto program = std::string(line.substr(static_cast<std::size_t>(fact.part_offset),
                                               static_cast<std::size_t>(fact.part_size)));
  out.what = fmt::format("Take {} out of the line {}", program, where);
  out.expected_after = fmt::format("{} does not name {}", where, program);
}

void give_back(const host::LineFact& fact, const std::string& old, const std::string& where,
               Step& out) {
  out.line = replace_part(fact, old);
  out.what = old.empty() ? fmt::format("Empty the line {}", where)
                         : fmt::format("Give the line {} back \"{}\"", where, old);
  out.expected_after = old.empty() ? fmt::format("{} holds nothing", where)
                                   : fmt::format("{} holds \"{}\"", where, old);
  if (!out.line) out.left = fmt::format("\"{}\" is longer than what stands there now", old);
}

Step invert(const entries::Change& generic, const host::Finding& finding, const Context& context) {
  const auto& change = static_cast<const IniChange&>(generic);
  Step out;
  out.act = Act::edit_line;
  out.reason = fmt::format("written by {} (change {})", context.variant.title, change.id);
  out.what = "Look at " + finding.where;
  if (!finding.line) {
    out.left = "the line holds more than is published: mend it by hand";
    return out;
  }
  out.file = finding.line->file;
  const auto old =
      change.old_data ? change.old_data : needed_line(change.name, change.section, change.key);
  if (change.is_list()) {
    take_out(*finding.line, finding.where, out);
  } else if (old) {
    give_back(*finding.line, *old, finding.where, out);
  } else {
    out.left = "no source says what it held before";
  }
  return out;
}

}  // namespace

const Kind& ini_kind() {
  static constexpr Kind kind = {"ini", &invert};
  return kind;
}

}  // namespace antidotary::plan
