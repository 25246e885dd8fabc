// RegistryAgreement: how far stored data agree with what a change states, also where they are no
// finding (a deleted value).
#pragma once

#include "entries/kinds/registry.h"
#include "host/commands.h"
#include "host/computer.h"

namespace antidotary::host {

/// Compares by the type that the change states; `change.data` is not empty.
Agreement agreement_of(const entries::RegistryChange& change, const RegistryFact& fact,
                       Computer& computer);

}  // namespace antidotary::host
