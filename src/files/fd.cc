#include "files/fd.h"

#include <unistd.h>

namespace antidotary::files {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void Fd::reset() {
  // Linux frees the number even where close answers EINTR; a second try could close a stranger's.
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

}  // namespace antidotary::files
