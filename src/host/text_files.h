// TextFiles: the few text files of Windows that a threat writes lines into, read for the kinds of
// change that state such lines.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/lines/lines.h"
#include "host/computer.h"

namespace antidotary::host {

/// A line that fits may be this long; a longer one is told and left.
inline constexpr std::size_t line_bytes_max = 4096;

/// And so many lines of one file that fit one change are told.
inline constexpr std::size_t lines_told_max = 64;

/// Calls `take` with every file of that name in every folder that `directory` may mean, and its
/// text. What cannot be read, is over `bytes_max` or in UTF-16 is noted as unread, and said in the
/// result, as is a doubt of the computer; empty where nothing is in doubt.
using TakeText = std::function<void(const FileFact& file, std::string_view text)>;
std::string each_text(Computer& computer, std::string_view directory, std::string_view name,
                      std::uint64_t bytes_max, const TakeText& take);

/// The fact of `part` of `line`; both are stretches of `text`.
LineFact line_fact(const FileFact& file, std::string_view text, lines::Part line, lines::Part part);

}  // namespace antidotary::host
