// A line that was added to the hosts file becomes blank.
#include "entries/kinds/hosts.h"

#include <fmt/core.h>

#include "plan/kinds.h"

namespace antidotary::plan {
namespace {

Step invert(const entries::Change& change, const host::Finding& finding, const Context& context) {
  Step out;
  out.act = Act::edit_line;
  out.reason = fmt::format("added by {} (change {})", context.variant.title, change.id);
  out.what = "Look at " + finding.where;
  if (!finding.line) {
    out.left = "the line is too long to be edited in place: mend it by hand";
    return out;
  }
  const std::string line(as_text(finding.line->line));
  out.file = finding.line->file;
  out.line = replace_part(*finding.line, "");
  out.what = fmt::format("Blank the line \"{}\" of {}", line, finding.where);
  out.expected_after = fmt::format("{} has no line \"{}\"", finding.where, line);
  return out;
}

}  // namespace

const Kind& hosts_kind() {
  static constexpr Kind kind = {"hosts", &invert};
  return kind;
}

}  // namespace antidotary::plan
