#include "plan/signatures.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "plan/protected.h"

namespace antidotary::plan {
namespace {

/// A tree may be named from inside a Windows, so every folder of the whole path is asked as if a
/// Windows' root stood there. A name alone is no place: a notepad.exe among downloads is nobody's.
bool stands_as_windows_own(std::string_view whole) {
  for (std::size_t at = whole.find('/'); at != whole.npos; at = whole.find('/', at + 1)) {
    const std::string_view tail = whole.substr(at + 1);
    if (tail.find('/') == tail.npos) break;
    if (is_protected(tail, host::WindowsKind::none, "")) return true;
  }
  return false;
}

std::string why_left(const Plan& plan, const FoundSignature& one,
                     const diagnosis::Examination& examination) {
  if (one.file.container && one.path.size() < 2) {
    return "it holds several things, which are not removed for one";
  }
  if (one.file.container) {
    return fmt::format("it lies inside a container ({}), which is not removed for it",
                       join(one.path, " > "));
  }
  const std::string& path = one.file.fact.path;
  if (is_protected(path, examination.windows, examination.windows_directory) ||
      stands_as_windows_own(plan.root + "/" + path)) {
    return "Windows needs a file of this name there: repair it from Windows' own media";
  }
  if (one.file.fact.sha256.empty()) {
    return "its content was not read, so that nothing could tell later whether it changed";
  }
  return "";
}

Step step_of(const Plan& plan, const FoundSignature& one, std::size_t others,
             const diagnosis::Examination& examination) {
  Step out;
  out.act = Act::quarantine_file;
  out.file = one.file.fact;
  out.what = fmt::format("Move {} into quarantine", one.file.fact.path);
  out.reason = "the signature " + one.name + " hits it";
  if (others > 0) out.reason += fmt::format(", and {} more hit it or what it holds", others);
  out.expected_after = one.file.fact.path + " is gone";
  out.left = why_left(plan, one, examination);
  return out;
}

}  // namespace

void add_signatures(Plan& plan, const std::vector<FoundSignature>& found,
                    const diagnosis::Examination& examination) {
  for (auto first = found.begin(); first != found.end();) {
    const std::string& path = first->file.fact.path;
    const auto end = std::find_if(
        first, found.end(), [&](const FoundSignature& one) { return one.file.fact.path != path; });
    const bool planned = std::any_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
      return step.act == Act::quarantine_file && step.file && step.file->path == path;
    });
    if (!planned) {
      const auto others = static_cast<std::size_t>(end - first) - 1;
      plan.steps.push_back(step_of(plan, *first, others, examination));
      plan.steps.back().number = static_cast<std::uint32_t>(plan.steps.size());
    }
    first = end;
  }
}

}  // namespace antidotary::plan
