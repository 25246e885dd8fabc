// Property: whatever the logs hold, what comes out is a hive with a clean base block, not larger
// than it was plus what the logs declare; and reading it does not break.
#include <cstdint>

#include "core/demand.h"
#include "core/reader.h"
#include "formats/regf/hive.h"
#include "formats/regf/layout.h"
#include "formats/regf/logs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  const Bytes input = view_of(data, size);
  if (input.size() < regf::base_block_size) return 0;
  Limits limits;
  limits.bytes_max = 16u << 20;
  Budget budget(limits);
  const Bytes primary = input.first(regf::base_block_size);
  const Bytes rest = input.subspan(regf::base_block_size);
  const Bytes logs[] = {rest.first(rest.size() / 2), rest.subspan(rest.size() / 2), rest};
  const auto out = regf::replay_logs(primary, logs, budget);
  if (!out) return 0;
  demand(out->hive.size() >= primary.size());
  demand(load_u32_le(out->hive, regf::base::checksum) == regf::base_checksum(out->hive));
  static_cast<void>(regf::Hive::open(out->hive, budget));
  return 0;
}
