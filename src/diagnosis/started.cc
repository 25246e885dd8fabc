#include "diagnosis/started.h"

#include <algorithm>

namespace antidotary::diagnosis {
namespace {

using host::Finding;
using host::Outcome;

bool starts(const Finding& value, const Finding& file,
            const std::vector<host::StartUp>& start_ups) {
  const bool exact = !value.file && value.outcome == Outcome::found && value.confirmed &&
                     value.grade != entries::Grade::weak && value.variant == file.variant;
  return exact && std::any_of(start_ups.begin(), start_ups.end(), [&](const host::StartUp& start) {
           return start.where == value.where && start.target == file.file->path;
         });
}

}  // namespace

void raise_started(std::vector<Finding>& findings, const std::vector<host::StartUp>& start_ups) {
  for (Finding& file : findings) {
    if (!file.file || file.outcome != Outcome::found || file.grade != entries::Grade::weak) {
      continue;
    }
    for (const Finding& value : findings) {
      if (!starts(value, file, start_ups)) continue;
      file.grade = entries::Grade::strong;
      file.detail += (file.detail.empty() ? "" : "; ") + ("started by " + value.where);
      break;
    }
  }
}

}  // namespace antidotary::diagnosis
