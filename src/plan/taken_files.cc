#include "plan/taken_files.h"

#include <fmt/core.h>

#include "plan/protected.h"

namespace antidotary::plan {
namespace {

/// Nobody examined this tree, so every folder of the path is asked as if a Windows' root stood
/// there. A name alone is no place: a notepad.exe among downloads is nobody's own.
bool is_windows_own(std::string_view whole) {
  for (std::size_t at = whole.find('/'); at != whole.npos; at = whole.find('/', at + 1)) {
    const std::string_view tail = whole.substr(at + 1);
    if (tail.find('/') == tail.npos) break;
    if (is_protected(tail, host::WindowsKind::none, "")) return true;
  }
  return false;
}

}  // namespace

Plan make_plan(const std::vector<TakenFile>& files, std::string root) {
  Plan out;
  out.root = std::move(root);
  for (const TakenFile& file : files) {
    const std::string& path = file.fact.path;
    Step step;
    step.number = static_cast<std::uint32_t>(out.steps.size() + 1);
    step.act = Act::quarantine_file;
    step.file = file.fact;
    step.what = fmt::format("Move {} into quarantine", path);
    step.reason = fmt::format("found: {}", file.name);
    step.expected_after = fmt::format("{} is gone", path);
    if (is_windows_own(out.root + "/" + path)) {
      step.left = "Windows does not start without this file; repair it from Windows' own media";
    }
    out.steps.push_back(std::move(step));
  }
  return out;
}

}  // namespace antidotary::plan
