// Lines: a signature file cut into lines, and a line into fields, without copying.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "signatures/corpus.h"

namespace antidotary::signatures::clamav {

inline constexpr std::size_t line_bytes_max = 1 << 20;

/// Calls `each` for each line that says something: no blank ones, none that begin with '#'; a byte
/// order mark before the first is no part of it. What
/// it answers with an error is refused, with the line's number.
void read_lines(Bytes bytes, Corpus& corpus,
                const std::function<Status(std::string_view line, std::uint32_t number)>& each);

/// The fields between separators; at most `most`, of which the last takes the rest.
std::vector<std::string_view> split(std::string_view line, char separator,
                                    std::size_t most = ~std::size_t{0});

/// A decimal number, nothing else. Errors: bad_input naming `what`.
Result<std::uint64_t> number(std::string_view text, std::string_view what);

/// Whether this engine's level lies in minFL:maxFL, fields `first` and the next of a line, either
/// of which may be missing. Errors: bad_input (no number); unsupported (not meant for this level).
Status check_level(const std::vector<std::string_view>& fields, std::size_t first,
                   const Corpus& corpus);

}  // namespace antidotary::signatures::clamav
