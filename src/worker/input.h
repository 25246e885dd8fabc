// Input: the bytes that a handed-in descriptor reads, inside the jail. Small ones are read, large
// ones mapped.
//
// Not files::Mapping: that asks the system for the size, which the jail forbids. A mapped file that
// shrinks meanwhile kills the worker (SIGBUS), which costs this one object.
#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"

namespace antidotary::worker {

class Input {
 public:
  /// Up to here it is cheaper to copy than to map.
  static constexpr std::uint64_t read_bytes_max = 128 << 10;

  /// Takes `size_bytes` from the start; the descriptor is closed. Errors: budget_spent (more than
  /// the worker's memory), changed (fewer bytes are there), io.
  static Result<Input> take(files::Fd descriptor, std::uint64_t size_bytes);
  Input(Input&& other) noexcept;
  Input& operator=(Input&&) = delete;
  ~Input();

  Bytes bytes() const { return mapped_.empty() ? Bytes(read_) : mapped_; }

 private:
  Input(Buffer read, Bytes mapped) : read_(std::move(read)), mapped_(mapped) {}
  Buffer read_;
  Bytes mapped_;
};

}  // namespace antidotary::worker
