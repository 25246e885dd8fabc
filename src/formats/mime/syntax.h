// Syntax: whether a field that decides a message's structure is written so that every mail program
// reads the same in it.
//
// Strict where strictness tells readers apart, and no stricter: names of files and charsets may be
// written as they like, since no structure hangs on them.
//
// Spec: RFC 2045, 5.1 and 6.1; RFC 2046, 5.1.1.
#pragma once

#include <optional>
#include <string_view>

#include "formats/mime/anomaly.h"

namespace antidotary::mime {

/// What is odd about a Content-Type; nullopt where nothing is. `value` as it stands, folded.
std::optional<Anomaly> odd_type(std::string_view value);
/// The same of a Content-Transfer-Encoding.
std::optional<Anomaly> odd_encoding(std::string_view value);
/// True where the value of another field could be taken for a field of MIME by somebody: a line of
/// it begins with "Content-".
bool hides_field(std::string_view value);

}  // namespace antidotary::mime
