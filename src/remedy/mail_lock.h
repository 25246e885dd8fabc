// MailLock: a mailbox file held against everybody who delivers into it or reads it: the fcntl lock
// and the dot lock, both, since some programs know but one of them.
//
// It is not what makes the change safe from programs that know neither: whoever rewrites compares
// the mailbox's size and time again. Where the system grants it a lease is taken as well, so that
// who opens the mailbox meanwhile waits until it is whole again.
//
// Debian policy 11.6: fcntl first, then the dot lock, neither waited for while the other is held.
#pragma once

#include <string>

#include "core/result.h"
#include "files/fd.h"

namespace antidotary::remedy {

class MailLock {
 public:
  static constexpr int wait_ms_default = 5'000;

  /// Locks the open mailbox `file`, which is `name` in `folder`; the three descriptors and `run`'s
  /// id are the caller's. What a cut run of the same id left is taken over: only one process is at
  /// work on a run.
  /// Errors: busy (somebody holds it for all of `wait_ms`), permission (no lock file can be made
  /// beside it), io.
  static Result<MailLock> take(int folder, const std::string& name, int file,
                               const std::string& run, int wait_ms = wait_ms_default);
  MailLock(MailLock&& other) noexcept;
  MailLock& operator=(MailLock&&) = delete;
  ~MailLock();

  /// Opens the mailbox to change it, once whoever holds a lease on it (another run) is done.
  /// Errors: those of files::open_file_in.
  static Result<files::Fd> open_mailbox(int folder, const std::string& name,
                                        int wait_ms = wait_ms_default);

  /// Removes the lock files that a cut run left beside the mailbox; others' stay.
  static Status clear(int folder, const std::string& name, const std::string& run);

 private:
  MailLock(int folder, std::string lock_name, int file)
      : folder_(folder), lock_name_(std::move(lock_name)), file_(file) {}
  int folder_;
  std::string lock_name_;  ///< Empty where it was moved from.
  int file_;
};

}  // namespace antidotary::remedy
