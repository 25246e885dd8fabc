// Landlock: takes every right on the file system, on TCP and on processes outside from the calling
// thread, as far as the running kernel knows them.
//
// It is the second lock behind seccomp, for a call that the filter lets through by mistake. It does
// not stop stat, chdir, chmod, chown, utime, access, flock, fcntl, or anything done through
// a descriptor that is already open. Raw system calls: glibc 2.36 has no wrapper, and Debian's 6.1
// headers end at ABI 2, so the newer numbers are ours.
//
// Spec: Linux Documentation/userspace-api/landlock.rst.
#pragma once

#include "core/result.h"

namespace antidotary::jail::landlock {

/// The kernel's ABI version; 0 where it has no Landlock, or has it switched off.
int abi();

/// Needs no_new_privs. Errors: io.
Status restrict_to_nothing(int abi_version);

}  // namespace antidotary::jail::landlock
