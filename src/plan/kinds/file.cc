// A file that was written is taken back by moving it into quarantine.
#include "entries/kinds/file.h"

#include <fmt/core.h>

#include "plan/kinds.h"

namespace antidotary::plan {
namespace {

Step invert(const entries::Change& generic, const host::Finding& finding, const Context& context) {
  const auto& change = static_cast<const entries::FileChange&>(generic);
  const std::string reason =
      fmt::format("{} of {} (change {})", change.role.empty() ? "file" : change.role,
                  context.variant.title, change.id);
  Step out;
  if (context.message != nullptr) {
    out = message_step(*context.mailbox, *context.message);
    out.reason = reason;
    return out;
  }
  out.act = Act::quarantine_file;
  out.file = finding.file;
  const std::string path = finding.file ? finding.file->path : finding.where;
  out.what = fmt::format("Move {} into quarantine", path);
  out.reason = reason;
  out.expected_after = path + " is gone";
  if (context.in_container) {
    out.left =
        fmt::format("it lies inside a container ({}), which is not removed for it", finding.where);
  } else if (!finding.file || finding.file->sha256.empty()) {
    out.left = "its content was not read, so that nothing could tell later whether it changed";
  }
  return out;
}

}  // namespace

const Kind& file_kind() {
  static constexpr Kind kind = {"file", &invert};
  return kind;
}

}  // namespace antidotary::plan
