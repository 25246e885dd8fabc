// Commands: what a text in the registry starts, compared as Windows would run it.
//
// It is not a shell: it knows quotes, arguments, rundll32 and nothing more.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/computer.h"

namespace antidotary::host {

/// The program that a command starts, without quotes and arguments: of `"C:\a b\c.exe" -x` it is
/// `C:\a b\c.exe`; of `rundll32.exe x.dll,Entry` it is `x.dll`.
std::string program_of(std::string_view command);

/// How far a stored text agrees with a text that an entry states.
enum class Agreement : std::uint8_t {
  exact,    ///< The same but for case, quotes, blanks and the way of writing folders; a star of the
            ///< entry is any name.
  program,  ///< Starts the same program, with other arguments.
  none,
};
/// `forms` as Computer::written_forms gave them for the entry's text.
Agreement compare_command(std::string_view stored, const std::vector<std::string>& forms);

/// The regular file that a command starts, where there is one.
std::optional<FileFact> resolve_file(std::string_view command, Computer& computer);
/// Its exact path, or empty where there is none.
std::string resolve_program(std::string_view command, Computer& computer);

}  // namespace antidotary::host
