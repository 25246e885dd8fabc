// Whether this build runs under AddressSanitizer, which needs what a jail takes away: terabytes of
// address space for its shadow, and a few harmless calls for its reports. Such builds are for
// testing: RLIMIT_AS is off in them and the list of calls is longer (lock.cc, seccomp.cc).
#pragma once

namespace antidotary::jail {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool under_sanitizer = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool under_sanitizer = true;
#else
inline constexpr bool under_sanitizer = false;
#endif
#else
inline constexpr bool under_sanitizer = false;
#endif

}  // namespace antidotary::jail
