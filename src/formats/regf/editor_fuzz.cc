// Property: where the editor hands out edits, applying them gives a clean hive that reads without
// the value (or key) and with everything else, and applying them backwards gives the same bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/demand.h"
#include "formats/regf/specimens.h"

using namespace antidotary;

namespace {

constexpr std::uint64_t now = 132'000'000'000'000'000;
constexpr std::size_t targets_max = 4;

struct Target {
  std::string path;
  bool has_subkeys = false;
  std::vector<regf::ExpectedValue> values;
};

// Keys with their values, sorted so that the order of values does not count.
std::vector<std::string> lines(Bytes bytes, std::vector<Target>* targets = nullptr) {
  std::vector<std::string> out;
  Budget budget({.steps_max = 2'000'000});
  const auto hive = regf::Hive::open(bytes, budget);
  if (!hive) return out;
  const auto walked = hive->walk([&](const std::string& path, const regf::Key& key) {
    out.push_back("[" + path + "]");
    Target target{path, key.subkey_count != 0, {}};
    const auto values = hive->values(key);
    if (!values) return false;
    for (const regf::Value& value : *values) {
      const auto data = hive->data(value);
      if (!data) continue;
      out.push_back("[" + path + "]" + value.name + "|" + sha256_hex(*data) + "|" +
                    regf::type_name(value.type));
      target.values.push_back({path, value.name, value.type, *data});
    }
    if (targets != nullptr) targets->push_back(target);
    return true;
  });
  demand(walked || budget.spent());
  std::sort(out.begin(), out.end());
  return out;
}

// The hive after the edits; checks that it is clean, and that undoing gives the bytes as before.
Buffer edited(Bytes before, const std::vector<regf::Edit>& edits) {
  Buffer after = to_buffer(before);
  demand(regf::apply(after, edits));
  Budget budget;
  const auto hive = regf::Hive::open(after, budget);
  demand(hive && !hive->dirty());
  Buffer undone = after;
  demand(regf::apply(undone, edits, true));
  demand(std::equal(undone.begin(), undone.end(), before.begin(), before.end()));
  return after;
}

void check_value(Bytes bytes, const std::vector<std::string>& all,
                 const regf::ExpectedValue& value) {
  const std::string prefix = "[" + value.key + "]" + value.value + "|";
  const std::string old = prefix + sha256_hex(value.data) + "|" + regf::type_name(value.type);
  Budget budget({.steps_max = 2'000'000});
  if (const auto edits = regf::remove_value(bytes, value, now, budget)) {
    std::vector<std::string> wanted = all;
    const auto gone = std::find(wanted.begin(), wanted.end(), old);
    demand(gone != wanted.end());
    wanted.erase(gone);
    demand(lines(edited(bytes, *edits)) == wanted);
  }
  const Buffer data = regf::filled(value.data.size() % 7 * 9);
  const auto edits = regf::replace_value(bytes, value, regf::reg_binary, data, now, budget);
  if (edits && !edits->empty()) {
    std::vector<std::string> wanted = all;
    wanted.erase(std::find(wanted.begin(), wanted.end(), old));
    wanted.push_back(prefix + sha256_hex(data) + "|REG_BINARY");
    std::sort(wanted.begin(), wanted.end());
    demand(lines(edited(bytes, *edits)) == wanted);
  }
}

void check_key(Bytes bytes, const std::vector<std::string>& all, const Target& target) {
  Budget budget({.steps_max = 2'000'000});
  const auto edits = regf::remove_key(bytes, target.path, now, budget);
  if (!edits) return;
  demand(!target.has_subkeys);
  std::vector<std::string> wanted = all;
  std::erase_if(wanted,
                [&](const std::string& line) { return line.starts_with("[" + target.path + "]"); });
  demand(lines(edited(bytes, *edits)) == wanted);
}

void check(Bytes bytes) {
  std::vector<Target> targets;
  const auto all = lines(bytes, &targets);
  // Which ones: spread over the hive, but the same for the same input.
  const std::size_t stride = std::max<std::size_t>(1, targets.size() / targets_max);
  for (std::size_t i = bytes.size() % stride; i < targets.size(); i += stride) {
    check_key(bytes, all, targets[i]);
    for (std::size_t v = 0; v < std::min(targets_max, targets[i].values.size()); ++v) {
      check_value(bytes, all, targets[i].values[v]);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // With a right checksum, and without a mark of dirt, or nearly every input would be refused.
  Buffer bytes = to_buffer(view_of(data, size));
  if (bytes.size() < regf::base_block_size) return 0;
  store_u32_le(bytes, regf::base::sequence_2, load_u32_le(bytes, regf::base::sequence_1));
  regf::fix_checksum(bytes);
  check(bytes);
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  const std::uint32_t minor = index == 0 ? 3 : 5;
  const Buffer seed = regf::hive_of(regf::specimen(index == 2), minor);
  out.assign(as_octets(seed), as_octets(seed) + seed.size());
  return index < 3 ? 1 : 0;
}
