// Doubts: the states of a volume in which reading may see old content and writing may destroy:
// Windows holds changes elsewhere (in memory that it will bring back, in a log) and would write
// them over ours.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "host/tree.h"

namespace antidotary::host {

enum class Doubt : std::uint8_t {
  hibernated,   ///< hiberfil.sys holds a session (hibernation, fast start-up) or cannot be read.
  unclean_log,  ///< $LogFile holds changes that are not in the files yet.
  dirty,        ///< The volume says of itself that it was not put away.
};
std::span<const std::string_view> enum_names(Doubt);

/// What it means for reading: a sentence without its full stop.
std::string_view meaning_of(Doubt doubt);
/// What to do before anything is written.
std::string_view advice_for(Doubt doubt);

/// Nothing where no doubt stands against writing; else one sentence that says why not and what to
/// do. Errors: refused.
Status may_be_written(const std::vector<Doubt>& doubts);

/// Whether hiberfil.sys at the tree's root holds a session, or may: a root or a hiberfil.sys that
/// cannot be read says nothing, and what nobody knows is not written to.
bool is_hibernated(Tree& tree);

}  // namespace antidotary::host
