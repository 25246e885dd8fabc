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
  if (one.file.format == "pst" || one.file.format == "dbx") return why_only_told(one.file.format);
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

/// A message of a mailbox is one thing; what is found in it asks for one step.
void add_message(Plan& plan, const FoundSignature& one, const MessageFact& message) {
  const auto known = std::find_if(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
    return step.message && step.file->path == one.file.fact.path &&
           step.message->offset == message.offset;
  });
  if (known != plan.steps.end()) return;
  Step step = message_step(one.file.fact, message);
  step.reason = "the signature " + one.name + " hits it";
  plan.steps.push_back(std::move(step));
  plan.steps.back().number = static_cast<std::uint32_t>(plan.steps.size());
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
    const FoundSignature* of_file = nullptr;
    std::size_t others = 0;
    for (; first != end; ++first) {
      const MessageFact* const message = message_on(first->file, first->path);
      if (message != nullptr) {
        add_message(plan, *first, *message);
      } else if (of_file == nullptr) {
        of_file = &*first;
      } else {
        ++others;
      }
    }
    if (of_file == nullptr) continue;
    const bool planned = std::any_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
      return step.act == Act::quarantine_file && step.file && step.file->path == path;
    });
    if (!planned) {
      plan.steps.push_back(step_of(plan, *of_file, others, examination));
      plan.steps.back().number = static_cast<std::uint32_t>(plan.steps.size());
    }
  }
}

}  // namespace antidotary::plan
