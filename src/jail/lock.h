// Lock: what a fresh child does to itself, in order, before it reads its first hostile byte.
//
// Runs in the child alone; it does not fork and does not report (jail.cc does).
#pragma once

#include <sys/types.h>

#include "core/result.h"
#include "files/fd.h"
#include "jail/jail.h"

namespace antidotary::jail {

/// The channel's number in every worker; 0 to 2 are the standard ones.
inline constexpr int channel_number = 3;

/// All locks, or all but seccomp: with it in force nothing can be asked about the others.
enum class Doors : std::uint8_t { all, all_but_seccomp };

/// Leaves the parent's session and signals, and ties the child's life to the parent's.
/// Moves `socket` to `channel_number` and closes every other descriptor.
void part_from_parent(files::Fd socket);

/// Gives up user, capabilities, limits, privileges, files and calls, in this order.
/// Errors: io where something that this kernel has could not be put in force.
Status lock_in(const Confinement& confinement, pid_t parent, Doors doors);

/// What can be verified from inside, seccomp aside: names as in `layers`.
std::vector<std::string> verified_layers();

/// Makes libraries load what they load lazily, while they may still open files.
void warm_libraries();

}  // namespace antidotary::jail
