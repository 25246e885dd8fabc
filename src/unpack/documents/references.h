// Character references: what stands for a character in markup ("&amp;", "&#100;", "&#x64"), undone.
//
// Not a parser of markup, and not what rules see of it (views/entities.h, as clamscan shows it).
// It reads as the most lenient reader does, so that no reader sees an address that is not seen
// here: a number of any length may do without its ';', and HTML's names count in XML too. What a
// DTD declares is left as it is written, and so is a '&' that begins nothing.
//
// Specs: XML 1.0, 4.1 and 4.6; HTML (WHATWG), 13.2.5.72 to 80.
#pragma once

#include <string>
#include <string_view>

namespace antidotary::unpack {

/// `text` with its references as UTF-8; one pass, and what a reference stands for is not read
/// again. Never longer than twice `text`.
std::string without_references(std::string_view text);

}  // namespace antidotary::unpack
