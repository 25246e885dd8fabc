#include "worker/options.h"

#include <algorithm>

namespace antidotary::worker {

std::uint64_t Options::request_ms_max() const {
  constexpr std::uint64_t day_ms = 86'400'000;
  return std::min(limits.time_ms_max, day_ms) + std::min(slack_ms, day_ms);
}

Options Options::with_enough_cpu() const {
  Options out = *this;
  // Wall time is watched by the parent and ends one request; processor time only backs it up, so
  // that it must not run out first.
  const std::uint64_t least_s = request_ms_max() / 1000 + 1;
  out.confinement.cpu_s_max =
      static_cast<std::uint32_t>(std::max<std::uint64_t>(confinement.cpu_s_max, least_s));
  return out;
}

}  // namespace antidotary::worker
