// Embedded: objects that stand somewhere inside another, where no directory of it points: a zip
// behind a program, a program inside a picture or in the memory of an unpacked one.
//
// One pass for the marks of the formats that attackers hide and installers append
// (carve/look.cc lists them); each hit must have a sane header before it becomes a child.
#pragma once

#include <span>

#include "core/budget.h"
#include "core/bytes.h"
#include "unpack/unpack.h"

namespace antidotary::unpack {

/// Children of one object; with more it is told as missed (refused).
inline constexpr std::size_t embedded_max = 4096;
/// Of these, such of one format whose header does not say where they end: each of them reaches to
/// the end of the object.
inline constexpr std::size_t embedded_open_max = 16;

/// A stretch of an object that was handed out already.
struct Stretch {
  std::size_t begin = 0;
  std::size_t size = 0;
};

/// False where looking is vain, because the object's own opener brings out all that is in it
/// (archives, messages), or there is nothing.
bool may_embed(formats::Format format);

/// Hands out what is embedded in `bytes`, in order of place; whatever begins inside one of
/// `handed_out` is left to whoever looks into that. Children are views of `bytes` and pay as
/// objects and steps alone. A zip whose directory counts from the start of the whole, as behind a
/// self-extractor, is opened at once: its members are the children.
/// Pays a step for each 64 bytes. Missed: budget_spent, refused.
void open_embedded(Bytes bytes, std::span<const Stretch> handed_out, Budget& budget,
                   const Visitor& visitor);

}  // namespace antidotary::unpack
