// What the flag letters of a rule's regular expression mean to PCRE2.
#pragma once

#include <string>

#include "match/regex.h"

namespace antidotary::pack {

/// Letters of "ismxAEU"; g, r and e are the matcher's.
match::RegexOptions regex_options(const std::string& flags);

}  // namespace antidotary::pack
