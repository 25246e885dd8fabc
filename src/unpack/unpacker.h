// Unpacker: what a packed program becomes once its stub has run, by running the stub in an emulated
// computer (emulate/) until it jumps into what it wrote.
//
// One mechanism for all packers, the unknown ones too: docs/decisions/0121. Programs of 32 bits for
// Windows alone.
#pragma once

#include <cstdint>

#include "core/budget.h"
#include "core/bytes.h"
#include "formats/executable/program.h"
#include "unpack/unpack.h"

namespace antidotary::unpack {

/// Instructions of one program that are carried out. Each is a step of the budget.
inline constexpr std::uint64_t instructions_max = 100'000'000;

/// Whether a program's headers look as packers leave them, so that running it may pay: the entry
/// stands in a section that is written to or that is not the first of code, code is to be put where
/// the file has none, or next to nothing is imported.
bool looks_packed(const executable::Program& program);

/// Runs `program`, the headers of `file`, and hands out its memory as "unpacked", a program whose
/// sections stand in the file where they stand in memory and whose entry is where it jumped to;
/// and "memory N", what it put into blocks of the heap. Nothing where it wrote next to nothing.
/// Missed: budget_spent, refused where the instructions did not suffice.
void open_packed(Bytes file, const executable::Program& program, Budget& budget,
                 const Visitor& visitor);

}  // namespace antidotary::unpack
