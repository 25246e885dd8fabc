// Start-up files: what Windows starts because a file says so: start-up folders, scheduled tasks
// (the old .job files and the XML of Vista and later), win.ini, system.ini, wininit.ini,
// autoexec.bat, winstart.bat.
//
// Specs: MS-TSCH 2.4 (.JOB), MS-TSCH 2.5 (XML).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/computer.h"

namespace antidotary::host {

/// Files that say more than this, and lines that name more than `commands_max` programs, are read
/// so far and noted; each function below yields at most one more, which tells that there are more.
inline constexpr std::size_t commands_max = 64, lines_max = 1024;

/// What a .job file starts, with its arguments; nullopt where it is none.
std::optional<std::string> command_of_job(Bytes job);
/// The commands of a task's XML (UTF-16 or UTF-8), with their arguments. What is no well-formed XML
/// is read as far as its elements can be told.
std::vector<std::string> commands_of_task(Bytes xml);
/// The commands of a batch file that start something: neither comments nor what only sets a
/// variable.
std::vector<std::string> commands_of_batch(std::string_view text);
/// The lines of `[section]` of an ini file: what stands before the first `=`, and behind it.
std::vector<std::pair<std::string, std::string>> ini_lines(std::string_view text,
                                                           std::string_view section);
/// The values of `name` in `[section]` of an ini file.
std::vector<std::string> ini_values(std::string_view text, std::string_view section,
                                    std::string_view name);

/// What the computer's files start; a file that cannot be read is noted.
std::vector<StartUp> start_up_files(Computer& computer);

}  // namespace antidotary::host
