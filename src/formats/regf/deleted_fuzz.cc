// Any bytes as a hive: what was deleted is told in bounds, from free bytes alone, and looking for
// it changes nothing.
#include <cstdint>
#include <vector>

#include "core/demand.h"
#include "formats/regf/deleted.h"
#include "formats/regf/editor.h"
#include "formats/regf/specimens.h"

using namespace antidotary;

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 1) return 0;
  regf::KeySpec tree;
  for (int i = 0; i < 20; ++i) tree.at("Gone").set_text(fmt::format("v{}", i), "some text");
  Buffer hive = regf::hive_of(tree, index == 0 ? 3 : 5);
  Budget budget;
  const auto edits = regf::remove_key(hive, "Gone", 132'000'000'000'000'000, budget);
  demand(edits.has_value());
  demand(regf::apply(hive, *edits));
  const unsigned char* const begin = as_octets(Bytes(hive));
  out.assign(begin, begin + hive.size());
  return 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Budget budget({.steps_max = 1'000'000});
  const auto found = regf::find_deleted(view_of(data, size), budget);
  if (!found) {
    demand(budget.spent().has_value());
    return 0;
  }
  demand(found->keys.size() + found->values.size() <= regf::Deleted::found_max);
  for (const regf::DeletedKey& key : found->keys) {
    demand(!key.path.empty());
    for (const regf::DeletedValue& value : key.values) {
      demand(value.data.size() <= regf::Deleted::data_bytes_max);
    }
  }
  return 0;
}
