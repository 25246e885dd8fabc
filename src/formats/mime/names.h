// Names: all names under which some mail program may show or save a part.
//
// Programs differ about RFC 2231's pieces, about encoded words inside quotes, about quotes,
// backslashes and comments, and about which of several names counts. Nobody's order is right: a
// policy holds each of the names against its rules.
//
// Spec: RFC 2183, 2.3; RFC 2231; RFC 2047; RFC 2557 (Content-Location).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/budget.h"
#include "core/result.h"

namespace antidotary::mime {

/// Names kept of one part.
inline constexpr std::size_t names_max = 64;

/// All that `header`, the text of a part's header, may name the part: first what the usual reading
/// gives. UTF-8, without control characters, none empty, none twice, at most names_max. Values may
/// reach into each other ("name=name=name="), each is read in a dozen ways, and all that is paid by
/// the byte. Errors: budget_spent.
Result<std::vector<std::string>> plausible_names(std::string_view header, Budget& budget);

/// Adds a name, and the same without the dots and blanks at its end that Windows drops.
void add_name(std::vector<std::string>& names, std::string_view name);

}  // namespace antidotary::mime
