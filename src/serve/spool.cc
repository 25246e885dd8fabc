#include "serve/spool.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <utility>

#include "files/act.h"
#include "files/root.h"

namespace antidotary::serve {

Status Spool::open() {
  if (memory_.valid()) return {};
  memory_ = files::Fd(memfd_create("object", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory_.valid()) return tl::unexpected(files::system_error(errno, "make", "a spool"));
  return {};
}

Status Spool::append(Bytes bytes) {
  ANTIDOTARY_CHECK(open());
  ANTIDOTARY_CHECK(files::act::write_all(memory_.get(), bytes));
  size_ += bytes.size();
  return {};
}

Result<files::Fd> Spool::take() {
  ANTIDOTARY_CHECK(open());
  size_ = 0;
  return std::move(memory_);
}

Result<files::Fd> Spool::share() {
  ANTIDOTARY_CHECK(open());
  if (fcntl(memory_.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) != 0) {
    return tl::unexpected(files::system_error(errno, "seal", "a spool"));
  }
  files::Fd out(fcntl(memory_.get(), F_DUPFD_CLOEXEC, 0));
  if (!out.valid()) return tl::unexpected(files::system_error(errno, "keep", "a spool"));
  return out;
}

void Spool::clear() {
  memory_.reset();
  size_ = 0;
}

}  // namespace antidotary::serve
