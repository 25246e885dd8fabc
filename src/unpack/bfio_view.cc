#include "unpack/bfio_view.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace antidotary::unpack {
namespace {

constexpr std::size_t bytes_a_step = 64;
// As lseek(2) counts them; the header that names them is none for a pure room.
constexpr int from_start = 0, from_here = 1;

struct View {
  Bytes bytes;
  Budget& budget;
  std::uint64_t at = 0;
  bool open = false;
};

// libbfio hands its callbacks "a number that is a pointer".
View& view_of(intptr_t* handle) { return *static_cast<View*>(static_cast<void*>(handle)); }

int free_view(intptr_t** handle, libbfio_error_t**) {
  delete &view_of(*handle);
  *handle = nullptr;
  return 1;
}

int no_clone(intptr_t**, intptr_t*, libbfio_error_t**) { return -1; }

int open_view(intptr_t* handle, int flags, libbfio_error_t**) {
  if ((flags & LIBBFIO_ACCESS_FLAG_WRITE) != 0) return -1;
  view_of(handle).open = true;
  view_of(handle).at = 0;
  return 1;
}

int close_view(intptr_t* handle, libbfio_error_t**) {
  view_of(handle).open = false;
  return 0;
}

ssize_t read_view(intptr_t* handle, std::uint8_t* out, std::size_t size, libbfio_error_t**) {
  View& view = view_of(handle);
  if (!view.open || view.at >= view.bytes.size()) return view.open ? 0 : -1;
  const Bytes rest = view.bytes.subspan(static_cast<std::size_t>(view.at));
  const Bytes piece = rest.first(std::min(size, rest.size()));
  if (!view.budget.step(piece.size() / bytes_a_step + 1)) return -1;
  std::memcpy(out, piece.data(), piece.size());
  view.at += piece.size();
  return static_cast<ssize_t>(piece.size());
}

ssize_t no_write(intptr_t*, const std::uint8_t*, std::size_t, libbfio_error_t**) { return -1; }

off64_t seek_view(intptr_t* handle, off64_t offset, int whence, libbfio_error_t**) {
  View& view = view_of(handle);
  const auto size = static_cast<off64_t>(view.bytes.size());
  const off64_t from = whence == from_start  ? 0
                       : whence == from_here ? static_cast<off64_t>(view.at)
                                             : size;
  if (offset > std::numeric_limits<off64_t>::max() - size - from || from + offset < 0) return -1;
  view.at = static_cast<std::uint64_t>(from + offset);
  return from + offset;
}

int exists(intptr_t*, libbfio_error_t**) { return 1; }
int is_open(intptr_t* handle, libbfio_error_t**) { return view_of(handle).open ? 1 : 0; }

int size_of(intptr_t* handle, size64_t* size, libbfio_error_t**) {
  *size = view_of(handle).bytes.size();
  return 1;
}

}  // namespace

BfioHandle bfio_view(Bytes bytes, Budget& budget) {
  auto view = std::make_unique<View>(View{bytes, budget});
  libbfio_handle_t* raw = nullptr;
  auto* const number = static_cast<intptr_t*>(static_cast<void*>(view.get()));
  constexpr std::uint8_t owned =
      LIBBFIO_FLAG_IO_HANDLE_MANAGED | LIBBFIO_FLAG_IO_HANDLE_CLONE_BY_FUNCTION;
  if (libbfio_handle_initialize(&raw, number, &free_view, &no_clone, &open_view, &close_view,
                                &read_view, &no_write, &seek_view, &exists, &is_open, &size_of,
                                owned, nullptr) != 1) {
    return nullptr;
  }
  static_cast<void>(view.release());  // the handle frees it
  return BfioHandle(raw);
}

}  // namespace antidotary::unpack
