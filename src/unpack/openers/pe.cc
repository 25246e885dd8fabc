// Programs for Windows: what their stub unpacks.
#include <array>

#include "formats/executable/program.h"
#include "unpack/opener.h"
#include "unpack/unpacker.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

void open_pe(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const auto program = executable::read_program(bytes);
  if (!program) return;  // a program all the same, if a damaged one: it is matched as it stands
  if (visitor.may_run && looks_packed(*program)) open_packed(bytes, *program, budget, visitor);
}

}  // namespace

std::span<const Opener> pe_openers() {
  static constexpr std::array rows = {Opener{Format::pe, &open_pe}};
  return rows;
}

}  // namespace antidotary::unpack
