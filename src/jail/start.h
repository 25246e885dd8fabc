// Start: the two halves of a worker's beginning, for those who fork it: what the child does, and
// how its parent hears that it did. Not public: jail.cc, nursery.cc and program.cc alone use it.
#pragma once

#include <functional>

#include "jail/jail.h"
#include "jail/lock.h"

namespace antidotary::jail {

/// The child's half: locks itself in, says so, runs `body`, exits. `parent` is who it dies with.
[[noreturn]] void run_child(files::Fd socket, const Confinement& confinement, pid_t parent,
                            Doors doors, const std::function<void(Channel&)>& body);

/// The parent's half: waits until the child says that it is locked in.
/// Errors: io, with the reason.
Status hear_child(Child& child);

}  // namespace antidotary::jail
