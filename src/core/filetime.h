// Filetime: Windows' count of 100 ns since 1601 as nanoseconds since 1970, the form of every other
// time here.
#pragma once

#include <cstdint>

namespace antidotary {

/// 0 where it lies before 1970 or past what 64 bits hold (the year 2262): no time at all.
constexpr std::int64_t unix_ns_of_filetime(std::uint64_t filetime) {
  constexpr std::uint64_t unix_epoch = 116'444'736'000'000'000;
  constexpr std::uint64_t latest = unix_epoch + 92'233'720'368'547'758;
  if (filetime < unix_epoch || filetime > latest) return 0;
  return static_cast<std::int64_t>((filetime - unix_epoch) * 100);
}

}  // namespace antidotary
