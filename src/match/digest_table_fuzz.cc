// Property: whatever bytes arrive as a table, it is refused or every look-up stays inside it and
// finds no more rows than there are.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "match/digest_table.h"

using antidotary::match::DigestKey;
using antidotary::match::DigestRow;
using antidotary::match::DigestTable;

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  constexpr std::size_t counts[] = {0, 1, 5, 40};
  if (index >= std::size(counts)) return 0;
  std::vector<DigestRow> rows(counts[index]);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::fill(rows[i].key.begin(), rows[i].key.end(), static_cast<std::byte>(i * 37));
    rows[i].size = static_cast<std::uint32_t>(i % 9);
    rows[i].tag = static_cast<std::uint32_t>(i);
  }
  const antidotary::Buffer table = antidotary::match::build_digest_table(std::move(rows));
  const auto* const octets = antidotary::as_octets(antidotary::Bytes(table));
  out.assign(octets, octets + table.size());
  return 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto table = DigestTable::open(antidotary::view_of(data, size));
  if (!table) return 0;
  std::vector<std::uint32_t> tags;
  const auto seek = [&](const DigestKey& key, std::uint64_t object_bytes) {
    tags.clear();
    table->wants_size(object_bytes);
    table->find(key, object_bytes, tags);
    if (tags.size() > table->count()) std::abort();
  };
  for (unsigned first = 0; first < 256; ++first) {
    DigestKey key{};
    std::fill(key.begin(), key.end(), static_cast<std::byte>(first));
    seek(key, first);
  }
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(table->count(), 1000); ++i) {
    const DigestRow row = table->row(i);
    seek(row.key, row.size);
  }
  return 0;
}
