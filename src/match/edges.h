// Edges: what counts as a boundary between two bytes, for the program and the naive interpreter.
#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "match/pattern.h"

namespace antidotary::match {

inline std::uint8_t lower_byte(std::uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<std::uint8_t>(byte + 32) : byte;
}

inline bool is_alnum(std::uint8_t byte) {
  const std::uint8_t low = lower_byte(byte);
  return (byte >= '0' && byte <= '9') || (low >= 'a' && low <= 'z');
}

/// Whether the place before byte `at` of `object` (0 to its size) is the edge.
bool is_edge(const Edge& edge, Bytes object, std::uint64_t at);

}  // namespace antidotary::match
