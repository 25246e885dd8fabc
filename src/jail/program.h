// Program: another program of ours, in the same jail as a worker.
//
// A worker is a fork: it has every library of its parent. What may not be linked into the parent (a
// library of another licence) is a program of its own, which is started here, locks itself in
// before it reads its first hostile byte, and speaks the same Channel.
#pragma once

#include <functional>
#include <string>

#include "jail/jail.h"

namespace antidotary::jail {

/// Starts the program at `path`, which must call run_as_program(), with an empty environment, and
/// waits until it says that it is locked in. It dies with the thread that started it.
/// Errors: not_found, permission, io (it could not be started, or could not lock itself in).
Result<Child> start_program(const std::string& path);

/// The program's own half, from its main(): locks itself in, runs `body`, exits.
[[noreturn]] void run_as_program(const Confinement& confinement,
                                 const std::function<void(Channel&)>& body);

}  // namespace antidotary::jail
