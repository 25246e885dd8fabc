// Property: whatever the bytes, a Mach-O is read within its budget, with no more sections than its
// bytes have room for, and reading it again tells the same.
#include <cstdlib>

#include "core/demand.h"
#include "formats/executable/macho.h"
#include "formats/executable/specimens.h"

using namespace antidotary;

namespace {

Result<executable::Layout> read(Bytes file) {
  Budget budget({.steps_max = 2'000'000});
  auto layout = executable::read_macho(file, budget);
  demand(layout || !budget.spent() || layout.error().kind == ErrorKind::budget_spent);
  return layout;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto layout = read(view_of(data, size));
  if (!layout) return 0;
  demand(layout->sections.size() <= size / 68);
  const auto again = read(view_of(data, size));
  demand(again && again->entry_point == layout->entry_point);
  demand(again->sections.size() == layout->sections.size());
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 3) return 0;
  const bool wide = index % 2 == 1;
  const Buffer seed =
      executable::macho_of(wide, index > 1, wide ? 0x01000007 : 7, wide ? 4 : 1, wide ? 128 : 40);
  out.assign(as_octets(Bytes(seed)), as_octets(Bytes(seed)) + seed.size());
  return 1;
}
