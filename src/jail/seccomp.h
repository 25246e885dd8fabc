// Seccomp: the last lock. What a worker may ask of the kernel: memory that is not executable, time,
// random bytes, reading descriptors that it holds, messages over its channel, and its own end.
//
// Calls that open, name or look up files answer EACCES, because libraries try them in good faith;
// what is not on the list kills the process. The list stands in seccomp.cc, one line a call.
#pragma once

#include "core/result.h"

namespace antidotary::jail::seccomp {

/// Puts the filter in force for the calling process, for ever. `channel` is the only descriptor
/// that messages may go through; standard error the only one that may be written to.
/// Needs no_new_privs. Errors: io.
Status lock(int channel);

}  // namespace antidotary::jail::seccomp
