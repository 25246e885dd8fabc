// Seccomp: the last lock. What a worker may ask of the kernel: memory that is not executable, time,
// random bytes, reading descriptors that it holds, messages over its channel, and its own end.
//
// Calls that open, name or look up files answer EACCES, because libraries try them in good faith;
// what is not on the list kills the process. The list stands in seccomp.cc, one line a call.
#pragma once

#include "core/result.h"

namespace antidotary::jail::seccomp {

/// Writes the filter, so that processes forked afterwards need not: it takes longer than all else
/// that they do to lock themselves in. `channel` is the only descriptor that messages may go
/// through; standard error the only one that may be written to. Errors: io.
Status prepare(int channel);

/// Puts the filter in force for the calling process, for ever; writes it where nobody has.
/// Needs no_new_privs. Errors: io.
Status lock(int channel);

}  // namespace antidotary::jail::seccomp
