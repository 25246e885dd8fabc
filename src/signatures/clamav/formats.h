// Formats: the readers of this folder, one a family of extensions. Internal: readers.h is the door.
#pragma once

#include <string_view>

#include "core/bytes.h"
#include "core/result.h"
#include "signatures/corpus.h"

namespace antidotary::signatures::clamav {

/// What a file of lines is read by; `extension` tells apart what one reader takes.
using ReadLines = Status (*)(std::string_view extension, Bytes bytes, Corpus& corpus);

Status read_digests(std::string_view extension, Bytes bytes, Corpus& corpus);
Status read_bodies(std::string_view extension, Bytes bytes, Corpus& corpus);
Status read_logical(std::string_view extension, Bytes bytes, Corpus& corpus);
Status read_members(std::string_view extension, Bytes bytes, Corpus& corpus);
Status read_magics(std::string_view extension, Bytes bytes, Corpus& corpus);
Status read_icons(std::string_view extension, Bytes bytes, Corpus& corpus);
Status read_ignores(std::string_view extension, Bytes bytes, Corpus& corpus);
/// pdb, wdb, gdb: what is known of the addresses in messages.
Status read_links(std::string_view extension, Bytes bytes, Corpus& corpus);
Status read_passwords(std::string_view extension, Bytes bytes, Corpus& corpus);
/// Formats whose lines are counted and said to be not applied by this version.
Status read_unapplied(std::string_view extension, Bytes bytes, Corpus& corpus);
/// CVD, CLD, CUD: a signed archive of the files above, each a source of its own.
Status read_container(std::string_view extension, Bytes bytes, Corpus& corpus);

}  // namespace antidotary::signatures::clamav
