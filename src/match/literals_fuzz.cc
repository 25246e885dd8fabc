// Property: whatever bytes arrive as an image, it is refused or it opens and scans, and every hit
// lies in what was scanned.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "match/literals.h"

using antidotary::Bytes;
using antidotary::match::Literal;
using antidotary::match::LiteralSet;

namespace {

constexpr std::string_view text = "one two three four, One TWO thREE";

bool inside(void*, std::uint32_t, std::uint64_t begin) {
  if (begin < 1000 || begin >= 1000 + text.size()) std::abort();
  return true;
}

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  const std::vector<std::vector<Literal>> sets = {
      {}, {{"one", false, 1}}, {{"one", true, 1}, {"o", false, 2}, {"three", false, 3}}};
  if (index >= sets.size()) return 0;
  const auto image = antidotary::match::compile_literals(sets[index]);
  if (!image) std::abort();
  const auto* const octets = antidotary::as_octets(Bytes(*image));
  out.assign(octets, octets + image->size());
  return 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto set = LiteralSet::open(antidotary::view_of(data, size));
  if (!set) return 0;
  LiteralSet::Scratch scratch;
  if (!scratch.fit(*set)) std::abort();
  if (!set->scan(antidotary::as_bytes(text), 1000, 0, scratch, inside, nullptr)) std::abort();
  return 0;
}
