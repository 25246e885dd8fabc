// Property: whatever the bytes, a hive is read within its budget; every cell lies inside the
// input; each key is visited once; and a budget that is not spent means that a second reading
// tells the same.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <vector>

#include "core/demand.h"
#include "formats/regf/specimens.h"

using namespace antidotary;

namespace {

constexpr std::uint64_t steps_max = 2'000'000;

bool is_inside(Bytes part, Bytes whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

void check_cells(const regf::Hive& hive, const regf::Key& key) {
  const auto values = hive.values(key);
  if (!values) return;
  for (const regf::Value& value : *values) {
    const auto cells = hive.data_cells(value);
    if (!cells) continue;
    for (const std::uint32_t offset : *cells) {
      const auto cell = hive.cell(offset);
      demand(!cell || is_inside(*cell, hive.bytes()));
    }
    const auto data = hive.data(value);
    demand(!data || data->size() == value.data_size);
  }
}

void check(Bytes bytes) {
  Budget budget({.steps_max = steps_max});
  const auto hive = regf::Hive::open(bytes, budget);
  if (!hive) return;
  std::set<std::uint32_t> seen;
  const auto walked = hive->walk([&](const std::string& path, const regf::Key& key) {
    demand(seen.insert(key.cell).second);
    demand(path.empty() == (seen.size() == 1) || key.name.empty());
    demand(is_inside(*hive->cell(key.cell), bytes) || budget.spent());
    check_cells(*hive, key);
    return true;
  });
  demand(walked || walked.error().kind == ErrorKind::budget_spent);
  demand(walked.has_value() || budget.spent().has_value());
  demand(hive->anomalies().size() <= 11);
  if (!budget.spent()) demand(regf::told(bytes) == regf::told(bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Once as it is, and once with a right checksum, which a random change would never hit.
  check(view_of(data, size));
  Buffer fixed = to_buffer(view_of(data, size));
  if (fixed.size() >= 512) {
    regf::fix_checksum(fixed);
    check(fixed);
  }
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  const std::uint32_t minor = index % 2 == 0 ? 3 : 5;
  Buffer made;
  if (index < 2) made = regf::hive_of(regf::specimen(minor == 5), minor);
  if (index == 2 || index == 3) {
    regf::KeySpec root;
    for (int i = 0; i < 1100; ++i) root.subkeys.emplace_back().name = fmt::format("K{}", i);
    made = regf::hive_of(root, minor);
  }
  const Bytes seed = made;
  out.assign(as_octets(seed), as_octets(seed) + seed.size());
  return seed.empty() ? 0 : 1;
}
