#include "serve/spool.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <utility>

#include "files/act.h"
#include "files/root.h"

namespace antidotary::serve {

bool SpoolSpace::Part::grow(std::uint64_t bytes) {
  if (!space_.shares_.has(service_, bytes)) return false;
  space_.shares_.take(service_, bytes);
  bytes_ += bytes;
  return true;
}

Status Spool::open() {
  if (memory_.valid()) return {};
  memory_ = files::Fd(memfd_create("object", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory_.valid()) return tl::unexpected(files::system_error(errno, "make", "a spool"));
  return {};
}

Status Spool::append(Bytes bytes) {
  ANTIDOTARY_CHECK(open());
  if (!part_.grow(bytes.size())) {
    return fail(ErrorKind::budget_spent, "all clients together have sent too much at once");
  }
  ANTIDOTARY_CHECK(files::act::write_all(memory_.get(), bytes));
  size_ += bytes.size();
  return {};
}

Result<Spooled> Spool::take() {
  ANTIDOTARY_CHECK(open());
  return Spooled{std::move(memory_), std::exchange(size_, 0), std::move(part_)};
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
  part_.give_back();
  size_ = 0;
}

}  // namespace antidotary::serve
