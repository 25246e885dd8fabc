// Opener: what a file of openers/ offers: how one format is opened.
//
// openers/<name>.cc defines `std::span<const Opener> <name>_openers()`; the build lists the files
// of that folder by itself (cmake/room.cmake), so that adding a format is adding a file.
//
// An opener calls its visitor for each member in order (Visitor::member, wanted, child, missed),
// pays `budget.new_object()` for each and `budget.bring_out()` for its bytes, and never fails: what
// it cannot bring out it tells as Missed. Where the bytes turn out to be of another format it tells
// one Missed of not_this_format with an empty name.
#pragma once

#include <span>

#include "unpack/unpack.h"

namespace antidotary::unpack {

struct Opener {
  formats::Format format;
  /// `format` is the row's own: one function may serve several.
  void (*open)(formats::Format format, Bytes bytes, Budget& budget, const Visitor& visitor);
};

/// All rows of openers/. Generated.
std::span<const std::span<const Opener>> openers();

}  // namespace antidotary::unpack
