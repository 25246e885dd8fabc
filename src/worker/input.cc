#include "worker/input.h"

#include <sys/mman.h>

#include <cerrno>
#include <utility>

#include "files/root.h"

namespace antidotary::worker {

Result<Input> Input::take(files::Fd descriptor, std::uint64_t size_bytes) {
  if (size_bytes <= read_bytes_max) {
    Buffer bytes(static_cast<std::size_t>(size_bytes));
    if (ANTIDOTARY_TRY(files::read_at(descriptor.get(), 0, bytes)) != bytes.size()) {
      return fail(ErrorKind::changed, "the file shrank while it was read");
    }
    return Input(std::move(bytes), {});
  }
  void* memory = mmap(nullptr, static_cast<std::size_t>(size_bytes), PROT_READ, MAP_PRIVATE,
                      descriptor.get(), 0);
  if (memory == MAP_FAILED && errno == ENOMEM) {
    return fail(ErrorKind::budget_spent, "{} bytes are more than a worker may hold", size_bytes);
  }
  if (memory == MAP_FAILED) return tl::unexpected(files::system_error(errno, "map", "a file"));
  return Input({}, view_of(memory, static_cast<std::size_t>(size_bytes)));
}

Input::Input(Input&& other) noexcept
    : read_(std::move(other.read_)), mapped_(std::exchange(other.mapped_, Bytes{})) {}

Input::~Input() {
  if (!mapped_.empty()) munmap(const_cast<std::byte*>(mapped_.data()), mapped_.size());
}

}  // namespace antidotary::worker
