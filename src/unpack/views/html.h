// The HTML views: what clamscan holds the rules of target 3 against.
//
// `nocomment`: one line of small letters; comments and declarations gone, runs of white space one
// blank and none behind a tag, attribute values in double quotes, entities decoded; in scripts and
// styles no white space at all. `notags`: the text alone, tags and entities as blanks, with
// the addresses of links and pictures as they were written. What was measured, and where these
// differ from clamscan's, stands in docs/formats/clamav-views.md.
#pragma once

#include "core/bytes.h"

namespace antidotary::unpack {

/// Both take one pass and never fail; the views are no longer than their input.
Buffer html_without_comments(Bytes html);
Buffer html_without_tags(Bytes html);

}  // namespace antidotary::unpack
