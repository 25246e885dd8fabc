// Conditions: what a rule asks of the object itself, before any of its patterns.
#pragma once

#include "pack/matcher.h"
#include "pack/rule.h"

namespace antidotary::pack {

/// Everything that can be told without looking at content: sizes, layout, containers. Icons are
/// asked last, by the caller.
bool conditions_hold(const Conditions& conditions, const Subject& subject);

}  // namespace antidotary::pack
