// TypeNames: the types that definitions of ClamAV's format (ftm) may give an object.
//
// Which of them an object becomes that bears the marks of two was asked of clamscan 1.4.6, each
// type against each other: they stand in one order, whatever the order of marks and lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace antidotary::pack {

/// The place of a type ("CL_TYPE_ZIP") in that order; the higher one wins. Nothing: no such type.
std::optional<std::uint8_t> strength_of(std::string_view type);

/// Whether the type stands for something inside another file (CL_TYPE_ZIPSFX): it is never what an
/// object is.
bool is_embedded_type(std::string_view type);

}  // namespace antidotary::pack
