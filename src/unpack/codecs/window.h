// Window: what a decoder of ours wrote, and copies of its own earlier bytes, paid for in pieces.
//
// Internal to the room.
#pragma once

#include "unpack/brought.h"

namespace antidotary::unpack {

class Window {
 public:
  explicit Window(Budget& budget) : budget_(budget) {}

  /// False where the purse is empty or the object too large; `brought` says so.
  bool put(std::byte value) {
    piece_.push_back(value);
    return piece_.size() < piece_bytes || flush();
  }
  /// Copies `length` bytes from `distance` back; what lies before the first byte is zeros, or
  /// false with an error, as `zeros_before` says.
  bool copy(std::size_t distance, std::size_t length, bool zeros_before = false);
  bool flush();

  std::size_t size() const { return brought_.bytes.size() + piece_.size(); }
  Brought& brought() { return brought_; }
  /// What was written, the error being `error` unless there is one.
  Brought finish(std::optional<Error> error = std::nullopt);

 private:
  static constexpr std::size_t piece_bytes = 64u << 10;

  std::byte back(std::size_t distance) const {
    if (distance <= piece_.size()) return piece_[piece_.size() - distance];
    return brought_.bytes[size() - distance];
  }

  Budget& budget_;
  Brought brought_;
  Buffer piece_;
};

}  // namespace antidotary::unpack
