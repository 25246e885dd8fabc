// Page: whether HTML or SVG does anything when a browser shows it, beyond showing it.
//
// Mail is full of pages that do not: what a phone writes behind a picture ("ATT00001.htm"), the
// logo of a signature, a body that was given a name. They are the same from everybody in a company,
// so that to take one for risky is to hold honest mail (docs/decisions/0184).
#pragma once

#include "core/bytes.h"

namespace antidotary::scan {

/// True where it may run a script, load another page, send a form or start something, and where
/// that is not to be told (UTF-16, entities that spell an attribute's value). A link that a reader
/// has to follow is nothing that a page does. Not a parser: a word of these in the text is enough.
bool acts(Bytes page);

}  // namespace antidotary::scan
