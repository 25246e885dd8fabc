// Property: whatever bytes arrive as code, they are refused or they are the one code of what they
// say; what they say is evaluated, and its cover is hit wherever it is true.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "match/logic.h"

using antidotary::match::Expr;

namespace {

/// Numbers of hits that change with the input, many of them none.
std::vector<std::uint32_t> hits_from(const std::uint8_t* data, std::size_t size, std::uint32_t k) {
  std::vector<std::uint32_t> hits(antidotary::match::subs_max);
  std::uint32_t state = k * 2654435761u + 1;
  for (std::uint32_t& count : hits) {
    state = state * 1664525u + 1013904223u + (size > 0 ? data[state % size] : 0);
    count = (state >> 28) < 12 ? 0 : state >> 30;
  }
  return hits;
}

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  Expr leaf;
  leaf.index = 3;
  Expr counted = leaf;
  counted.index = 5;
  counted.count = Expr::Count::more;
  counted.count_value = 1;
  Expr group;
  group.op = Expr::Op::any;
  group.kids = {leaf, counted};
  Expr distinct = group;
  distinct.count = Expr::Count::more;
  distinct.distinct = 2;
  Expr all;
  all.op = Expr::Op::all;
  all.kids = {group, leaf, distinct};
  const std::array<Expr, 4> seeds = {leaf, group, distinct, all};
  if (index >= seeds.size()) return 0;
  const auto code = antidotary::match::encode(seeds[index]);
  if (!code) std::abort();
  const auto* const octets = antidotary::as_octets(antidotary::Bytes(*code));
  out.assign(octets, octets + code->size());
  return 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const antidotary::Bytes bytes = antidotary::view_of(data, size);
  const auto expr = antidotary::match::decode(bytes);
  if (!expr) return 0;
  const auto code = antidotary::match::encode(*expr);
  if (!code || !std::equal(code->begin(), code->end(), bytes.begin(), bytes.end())) std::abort();
  const std::vector<double> costs(antidotary::match::subs_max, 1.0);
  const auto cover = antidotary::match::cover(*expr, costs);
  for (std::uint32_t k = 0; k < 8; ++k) {
    const auto hits = hits_from(data, size, k);
    const auto holds = antidotary::match::evaluate(*expr, hits);
    if (!holds) std::abort();
    if (!*holds || !cover) continue;
    if (std::none_of(cover->begin(), cover->end(), [&](auto sub) { return hits[sub] > 0; })) {
      std::abort();
    }
  }
  antidotary::match::describe(*expr);
  return 0;
}
