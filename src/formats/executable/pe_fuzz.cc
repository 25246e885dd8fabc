// Property: whatever the bytes, a PE is read within its budget; what it tells lies inside the file
// and under the limits; and reading it again tells the same.
#include <algorithm>
#include <cstdlib>

#include "core/demand.h"
#include "formats/executable/pe.h"
#include "formats/executable/specimens.h"

using namespace antidotary;

namespace {

Result<executable::Layout> read(Bytes file) {
  Budget budget({.steps_max = 2'000'000});
  auto layout = executable::read_pe(file, budget);
  if (!layout)
    demand(budget.spent().has_value() == (layout.error().kind == ErrorKind::budget_spent));
  return layout;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto layout = read(view_of(data, size));
  if (!layout) return 0;
  demand(layout->entry_point < size);
  for (const executable::Section& section : layout->sections) {
    if (section.size == 0) continue;
    demand(section.offset < size && section.size <= size - section.offset);
  }
  const auto& places = layout->version_strings;
  demand(std::is_sorted(places.begin(), places.end()));
  demand(places.size() <= executable::version_strings_max);
  demand(places.empty() || places.back() < size);
  demand(layout->imports.size() <= executable::import_list_bytes_max + 1024);
  const auto again = read(view_of(data, size));
  demand(again && again->version_strings == places && again->imports == layout->imports);
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 1) return 0;
  const Buffer seed = executable::full_pe(index == 1);
  out.assign(as_octets(Bytes(seed)), as_octets(Bytes(seed)) + seed.size());
  return 1;
}
