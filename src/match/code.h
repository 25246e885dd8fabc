// Code: how a compiled pattern lies in bytes. Shared by the compiler and the verifier.
//
//   header   flags u8 (1: nocase), anchor length u8, anchor part u16, parts u16, anchor bytes 8
//   parts    part records, 48 bytes each
//   units    opcodes
//
// All numbers are little-endian. A part's record: gap_min u64, gap_max u64, units' offset u32 and
// length u32, its own length in bytes at least and at most u32 u32, distance of its key u32 and
// length u32, where the anchor lies in it at least and at most u32 u32 (of the anchor's part only).
// A part's key is a run of exact bytes at a fixed distance from its begin, by which it is sought.
#pragma once

#include <cstddef>
#include <cstdint>

namespace antidotary::match::code {

inline constexpr std::size_t header_bytes = 14;
inline constexpr std::size_t part_bytes = 48;
inline constexpr std::size_t code_bytes_max = 1 << 20;
inline constexpr std::size_t parts_max = 4096;
inline constexpr std::size_t choices_max = 4096;
inline constexpr std::uint8_t flag_nocase = 1;

enum class Op : std::uint8_t {
  exact,         ///< n u16, n bytes
  exact_nocase,  ///< n u16, n bytes in lower case
  masked,        ///< n u16, n times value u8, mask u8
  any,           ///< n u16
  choice,        ///< negated u8, count u16, count times: n u16, n times value u8, mask u8
  edge,          ///< kind u8, negated u8, after u8
};

}  // namespace antidotary::match::code
