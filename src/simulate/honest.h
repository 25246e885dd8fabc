// Honest: the simulated computer before anything happens to it: a Windows XP of the year 2003.
//
// Only what entries ask about is there. Every file is a text that says what it stands for; the
// hives hold what a fresh installation holds in the places where threats write.
#pragma once

#include "simulate/kinds.h"

namespace antidotary::simulate {

Scene honest_scene();

/// The registry's and the mail's shares of it.
void add_honest_registry(Scene& scene);
void add_honest_mail(Scene& scene);

}  // namespace antidotary::simulate
