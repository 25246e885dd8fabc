// Beneath: opens a relative path so that no link, mount or ".." can lead it out of its root.
//
// Two ways that must agree (beneath_test asks both the same questions): the kernel's openat2, and
// a walk component by component with O_NOFOLLOW for kernels before 5.6 and for sandboxes that
// answer ENOSYS. The walk knows a mount by its device number only, so it does not see a bind mount
// of the same file system; openat2 does.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.h"
#include "files/fd.h"

namespace antidotary::files {

/// Whether a path may lead into another mounted file system below the root.
enum class Mounts : std::uint8_t { stay, cross };

/// Errors: bad_input where a name is empty, "." or "..", holds a NUL, or the path is absolute.
Status check_relative(std::string_view relative);

/// Opens `relative` ("" is the root itself) below the folder `root`. `flags` are open(2)'s, without
/// O_CREAT and O_NOFOLLOW; O_CLOEXEC is added and no link is followed.
/// Errors: bad_input, not_found, permission, refused (a link, another mount, out of root), io.
Result<Fd> open_beneath(int root, std::string_view relative, int flags, Mounts mounts);

/// The two ways of doing it; the first answers unsupported where the kernel has no openat2.
Result<Fd> open_by_openat2(int root, std::string_view relative, int flags, Mounts mounts);
Result<Fd> open_by_walking(int root, std::string_view relative, int flags, Mounts mounts);

}  // namespace antidotary::files
