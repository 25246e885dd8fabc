// The HTML views: what clamscan holds the rules of target 3 against.
//
// `nocomment`: one line of small letters; comments and declarations gone, runs of white space one
// blank and none behind a tag, attribute values in double quotes, entities decoded; in scripts and
// styles no white space at all. `notags`: the text alone, tags and entities as blanks, with
// the addresses of links and pictures as they were written. `scripts`: what stands in each
// <script>, as it is written, for the third view (javascript.h). What was measured stands in
// docs/formats/clamav-views.md; tests/peers/clamav/views.py compares byte for byte.
#pragma once

#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace antidotary::unpack {

struct HtmlViews {
  Buffer text;  ///< The HTML without its NUL bytes: what `scripts` are parts of.
  Buffer nocomment;
  Buffer notags;
  /// Into `text`, in order, each with its closing tag but for that tag's '>' where it is parted
  /// from it.
  std::vector<std::string_view> scripts;
};

/// One pass; never fails. The views are at most twice as long as their input.
HtmlViews html_views(Bytes html);

}  // namespace antidotary::unpack
