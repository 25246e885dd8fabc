// Base64 blocks: the inner loop of decoding, with vector instructions where the processor has them.
//
// Internal to the room.
#pragma once

#include <cstddef>
#include <cstdint>

namespace antidotary::mime {

/// Decodes from `in` while whole blocks of the alphabet's characters follow, up to `in_end`, and
/// writes to `out`. Answers how many characters it took, a multiple of 4; 3 bytes were written for
/// each 4 of them. `out` must have room for base64_slack_bytes more than that.
using Base64Blocks = std::size_t (*)(const char* in, const char* in_end, std::byte* out);
inline constexpr std::size_t base64_slack_bytes = 32;

/// The best for this processor; asked once.
Base64Blocks base64_blocks();
/// The one for any processor, for the tests to compare with.
std::size_t base64_blocks_plain(const char* in, const char* in_end, std::byte* out);

inline constexpr std::uint8_t base64_no_digit = 0xff;
/// A character's six bits, or base64_no_digit.
std::uint8_t base64_digit(char c);

}  // namespace antidotary::mime
