// The race for as many removals as it is told: `remedy_race_soak 200000`. Exits 1 where anything
// outside or innocent was touched.
#include <fmt/core.h>

#include <cstdlib>

#include "remedy/fake_race.h"

int main(int count, char** words) {
  using antidotary::remedy::Race;
  const std::uint64_t removals = count > 1 ? std::strtoull(words[1], nullptr, 10) : 10'000;
  const std::uint64_t naive = Race().naive(20'000);
  const auto raced = Race().run(removals);
  fmt::print("removed {}, put back {}, refused {} ({} by identity), touched {}{}{}\n",
             raced.removed, raced.restored, raced.refused, raced.swapped, raced.touched,
             raced.problem.empty() ? "" : "; ", raced.problem);
  fmt::print("for comparison, open-check-unlink by path: {} of {} files outside deleted\n", naive,
             Race::batch_files);
  return raced.touched == 0 && raced.problem.empty() ? 0 : 1;
}
