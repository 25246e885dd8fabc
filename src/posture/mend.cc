#include "posture/mend.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/reader.h"
#include "formats/regf/hive.h"
#include "posture/condition.h"

namespace antidotary::posture {
namespace {

using entries::CheckVerdict;

/// The value that made the part fail, if it is one that can be given a number.
const Observation* value_to_mend(const PartResult& part) {
  if (!part.mend || part.observations.empty()) return nullptr;
  const Observation& last = part.observations.back();
  const bool is_number = last.registry && last.registry->type == regf::reg_dword;
  return last.present && is_number ? &last : nullptr;
}

/// The file of a hive whose changes stand in a log is not written to.
bool lacks_changes(const Posture& posture, const std::string& hive) {
  const auto holds = [&hive](const std::vector<std::string>& hives) {
    return std::find(hives.begin(), hives.end(), hive) != hives.end();
  };
  return holds(posture.dirty_hives) || holds(posture.replayed_hives);
}

plan::Step advice(const entries::PostureCheck& check, const PartResult& part) {
  plan::Step out;
  out.act = plan::Act::advise;
  out.what = check.mend;
  out.reason = fmt::format("{}: {}", check.title, part.reason);
  return out;
}

plan::Step change(const entries::PostureCheck& check, const PartResult& part,
                  const Observation& seen) {
  plan::Step out;
  out.act = plan::Act::restore_value;
  out.registry = seen.registry;
  out.new_type = regf::reg_dword;
  append_u32_le(out.new_data, *part.mend);
  out.what = fmt::format("Give {} the number {} (now {})", seen.where, *part.mend, seen.said);
  out.expected_after = fmt::format("{} holds {}", seen.where, *part.mend);
  out.reason = check.title;
  return out;
}

}  // namespace

plan::Plan plan_to_mend(const entries::Encyclopedia& encyclopedia, const Posture& posture,
                        const std::vector<std::string>& chosen, std::string root) {
  plan::Plan out;
  out.root = std::move(root);
  for (const CheckResult& result : posture.checks) {
    const entries::PostureCheck* const check = encyclopedia.find_check(result.id);
    const bool wanted =
        chosen.empty() || std::find(chosen.begin(), chosen.end(), result.id) != chosen.end();
    if (check == nullptr || !wanted) continue;
    bool advised = false;
    for (const PartResult& part : result.parts) {
      if (part.verdict != CheckVerdict::fail) continue;
      const Observation* const seen = value_to_mend(part);
      // One piece of advice a check, however many of its parts fail.
      if (seen == nullptr && std::exchange(advised, true)) continue;
      plan::Step step = seen != nullptr ? change(*check, part, *seen) : advice(*check, part);
      step.number = static_cast<std::uint32_t>(out.steps.size() + 1);
      step.entry = "posture/" + check->id;
      step.change = part.name.empty() ? check->id : part.name;
      if (step.registry && lacks_changes(posture, step.registry->hive)) {
        step.left =
            "Windows was not shut down cleanly and has changes for this hive in a log: start and "
            "shut down this Windows once";
      }
      out.steps.push_back(std::move(step));
    }
  }
  return out;
}

}  // namespace antidotary::posture
