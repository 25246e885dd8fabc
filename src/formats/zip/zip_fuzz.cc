// Property: every member's range lies in order inside the input, names are UTF-8, and those that
// are not marked as overlapping indeed share no byte.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "formats/zip/directory.h"
#include "formats/zip/writer.h"

namespace {

using namespace antidotary;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Budget budget;
  const auto directory = zip::read_directory(view_of(data, size), budget);
  if (!directory) return 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const zip::Member& member : directory->members) {
    demand(member.local_offset <= member.data_offset && member.data_offset <= member.data_end);
    demand(member.data_end <= size && is_utf8(member.name));
    const bool alone = member.readable && !member.overlaps;
    if (alone) ranges.emplace_back(member.local_offset, member.data_end);
  }
  std::sort(ranges.begin(), ranges.end());
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    demand(ranges[i - 1].second <= ranges[i].first);
  }
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 1) return 0;
  zip::Writer writer;
  writer.add("folder/a.txt", as_bytes(std::string_view("some bytes")));
  writer.add("b.txt", as_bytes(std::string_view("more")), true);
  writer.add_overlap("c.txt", 0);
  Buffer archive = writer.finish();
  if (index == 1) archive.resize(archive.size() - 30);  // no end record: local headers are walked
  out.clear();
  for (const std::byte b : archive) out.push_back(std::to_integer<std::uint8_t>(b));
  return 1;
}
