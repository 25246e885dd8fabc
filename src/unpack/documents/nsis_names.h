// NsisNames: what the script of a Nullsoft installer calls the files that it unpacks.
//
// The header alone is read (fileform.h of NSIS 2 and 3): eight pairs of place and count, of which
// the third is the commands and the fourth the texts. Nothing is run: a name that is put together
// while installing stays as it is written. Internal to the room.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "core/budget.h"
#include "core/bytes.h"

namespace antidotary::unpack {

/// "FOLDER/NAME" by the place of the file behind the header; UTF-8. What cannot be read has none.
std::map<std::size_t, std::string> nsis_names(Bytes header, Budget& budget);

}  // namespace antidotary::unpack
