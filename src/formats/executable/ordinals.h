// The names behind the ordinals of the libraries for which imphash writes names.
//
// Source: the libraries' public headers and import libraries; that clamscan 1.4.6 has the same
// table was asked of it, ordinal by ordinal.
#pragma once

#include <cstdint>
#include <string_view>

namespace antidotary::executable {

/// The lower-case name of `ordinal` in `library` ("ws2_32", "wsock32" or "oleaut32"), for ever
/// valid; empty where it has none and for any other library.
std::string_view name_of_ordinal(std::string_view library, std::uint16_t ordinal);

}  // namespace antidotary::executable
