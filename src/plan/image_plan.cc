#include "plan/image_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

namespace antidotary::plan {
namespace {

/// What a step acts on; empty where it is only told.
std::string target_of(const std::string& volume, const Step& step) {
  if (step.registry) {
    return fmt::format("{}\n{}\n{}\n{}\n{}", volume, step.registry->hive, step.registry->key,
                       step.registry->value, step.registry->whole_key);
  }
  if (step.file) {
    return fmt::format("{}\n{}\n{}", volume, step.file->path, step.line ? step.line->offset : 0);
  }
  return {};
}

}  // namespace

Plan join(std::vector<InstalledPlan> plans, std::string root, ImageFact image) {
  Plan out;
  out.root = std::move(root);
  const bool several = std::any_of(plans.begin(), plans.end(), [&](const InstalledPlan& one) {
    return one.volume != plans.front().volume;
  });
  std::map<std::string, std::uint32_t> known;  // targets, by the number of their step
  std::set<std::string> named;
  for (InstalledPlan& one : plans) {
    std::vector<std::uint32_t> numbers{0};  // of this plan's steps in the whole
    for (Step& step : one.plan.steps) {
      const std::string target = target_of(one.volume, step);
      if (const auto same = known.find(target); !target.empty() && same != known.end()) {
        numbers.push_back(same->second);
        continue;
      }
      step.number = static_cast<std::uint32_t>(out.steps.size() + 1);
      numbers.push_back(step.number);
      if (!target.empty()) known[target] = step.number;
      step.volume = one.volume;
      if (several) step.what = one.volume + ": " + step.what;
      if (step.carried_out() && !one.left.empty()) step.left = one.left;
      if (step.waits_for) {
        // Steps wait for earlier ones alone.
        for (std::uint32_t& other : *step.waits_for) {
          other = other < numbers.size() ? numbers[other] : 0;
        }
      }
      named.insert(one.volume);
      out.steps.push_back(std::move(step));
    }
    out.warnings.insert(out.warnings.end(), one.plan.warnings.begin(), one.plan.warnings.end());
  }
  std::erase_if(image.volumes,
                [&named](const ImageVolume& volume) { return named.count(volume.name) == 0; });
  out.image = std::move(image);
  return out;
}

}  // namespace antidotary::plan
