// Property: whatever strings are sought in whatever bytes, all of their places are told and no
// others, in order, as the naive search tells them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "match/finder.h"

using antidotary::Bytes;
using antidotary::match::Finder;
using antidotary::match::Sought;

namespace {

using Places = std::vector<std::pair<std::uint64_t, std::uint32_t>>;

std::byte lower(std::byte byte) {
  return byte >= std::byte{'A'} && byte <= std::byte{'Z'} ? byte | std::byte{0x20} : byte;
}

bool keep(void* context, std::uint32_t index, std::uint64_t begin) {
  auto& places = *static_cast<Places*>(context);
  if (!places.empty() && places.back().first > begin) std::abort();
  places.emplace_back(begin, index);
  return true;
}

Places naive(const std::vector<Sought>& sought, Bytes object) {
  Places out;
  for (std::size_t begin = 0; begin < object.size(); ++begin) {
    for (std::uint32_t i = 0; i < sought.size(); ++i) {
      const Bytes wanted = sought[i].bytes;
      if (wanted.size() > object.size() - begin) continue;
      const Bytes here = object.subspan(begin, wanted.size());
      const bool nocase = sought[i].nocase;
      const auto same = [nocase](std::byte a, std::byte b) { return (nocase ? lower(a) : a) == b; };
      if (std::equal(here.begin(), here.end(), wanted.begin(), same)) out.emplace_back(begin, i);
    }
  }
  return out;
}

}  // namespace

// The first byte says how many strings; each is a byte of length and case, and its bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Bytes rest = antidotary::view_of(data, size);
  const auto take = [&rest](std::size_t count) {
    const Bytes taken = rest.first(std::min(count, rest.size()));
    rest = rest.subspan(taken.size());
    return taken;
  };
  const auto count = std::to_integer<std::size_t>(take(1)[0]) % 12;
  std::vector<std::vector<std::byte>> strings;
  std::vector<bool> cases;
  for (std::size_t i = 0; i < count && rest.size() > 1; ++i) {
    const auto head = std::to_integer<std::size_t>(take(1)[0]);
    const Bytes bytes = take(1 + head % 8);
    strings.emplace_back(bytes.begin(), bytes.end());
    cases.push_back(head >= 128);
    if (head >= 128) {
      std::transform(strings.back().begin(), strings.back().end(), strings.back().begin(), lower);
    }
  }
  std::vector<Sought> sought;
  for (std::size_t i = 0; i < strings.size(); ++i) sought.push_back({strings[i], cases[i]});
  // The strings' own bytes are sought in as well, so that there are hits.
  Places places;
  antidotary::Budget budget;
  const Bytes object = antidotary::view_of(data, size);
  if (!Finder(sought).find(object, budget, keep, &places)) std::abort();
  std::sort(places.begin(), places.end());
  if (places != naive(sought, object)) std::abort();
  return 0;
}
