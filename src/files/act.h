// Act: the only system calls of this project that change a disk, each between two checkpoints.
//
// Why wrap them: a test kills the process before and after every single one (`set_checkpoint`),
// and so proves that a run can always be resumed or undone. Nobody else calls write, rename,
// unlink, ftruncate, mkdir, fchmod, fchown, fsetxattr, utimensat or fsync on anything that
// matters.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"

namespace antidotary::files {

/// Called before ("rename:before") and after ("rename:after") every act. Empty by default.
using Checkpoint = std::function<void(const char* act)>;
void set_checkpoint(Checkpoint checkpoint);

namespace act {
/// Creates a new file, O_CREAT|O_EXCL|O_NOFOLLOW, read and write.
Result<Fd> create(int directory, const std::string& name, std::uint32_t mode);
Result<Fd> append_open(int directory, const std::string& name, std::uint32_t mode);
Status make_directory(int directory, const std::string& name, std::uint32_t mode);
Status write_all(int descriptor, Bytes bytes);
Status write_at(int descriptor, std::uint64_t offset, Bytes bytes);
Status sync(int descriptor);
/// renameat2 with RENAME_NOREPLACE. Errors: busy where `to_name` exists.
Status rename_no_replace(int from, const std::string& from_name, int to,
                         const std::string& to_name);
/// A second name for a file, as link(2) makes it. Errors: busy where `to_name` exists.
Status link_new(int from, const std::string& from_name, int to, const std::string& to_name);
/// Replaces `to_name` atomically.
Status rename_over(int from, const std::string& from_name, int to, const std::string& to_name);
Status remove(int directory, const std::string& name);
Status remove_directory(int directory, const std::string& name);
Status truncate(int descriptor, std::uint64_t size);
Status change_mode(int descriptor, std::uint32_t mode);
Status change_owner(int descriptor, std::uint32_t owner, std::uint32_t group);
Status set_attribute(int descriptor, const std::string& name, Bytes value);
Status set_times(int descriptor, std::int64_t accessed_unix_ns, std::int64_t modified_unix_ns);
}  // namespace act

}  // namespace antidotary::files
