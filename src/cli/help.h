// Help, laid out from the table of verbs and flags.
#pragma once

#include <string>
#include <string_view>

#include "cli/verb.h"

namespace antidotary::cli {

/// All verbs on one screen; with `whole`, their stories, exit codes and variables too.
std::string help_of_program(bool whole);
/// One verb: one screen, or with `whole` the full text of each flag.
std::string help_of(const Verb& verb, bool whole);
/// The verbs that begin with this word ("entry", "quarantine"); empty where there are none.
std::string group_help(std::string_view word);

}  // namespace antidotary::cli
