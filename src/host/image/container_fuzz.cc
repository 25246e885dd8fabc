// Any bytes as a disk image: it is refused, or reads as a disk that never gives more than was asked
// for, nothing behind its end, and the same bytes twice.
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "core/demand.h"
#include "host/image/specimens.h"

using namespace antidotary;
using namespace antidotary::host;

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  const Buffer disk = image::sample_disk();
  const std::array seeds = {image::qcow2_specimen(disk),       image::fixed_vhd_specimen(disk),
                            image::dynamic_vhd_specimen(disk), image::vmdk_specimen(disk),
                            image::ewf_specimen(disk)[0],      image::ewf_specimen(disk)[1]};
  if (index >= seeds.size()) return 0;
  const unsigned char* const begin = as_octets(Bytes(seeds[index]));
  out.assign(begin, begin + seeds[index].size());
  return 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = view_of(data, size);
  auto parts = image::one_part(to_buffer(bytes), "disk.vmdk");
  parts.push_back({"disk-s001.vmdk", std::make_unique<MemorySource>(to_buffer(bytes))});
  const auto opened = open_container(std::move(parts));
  if (!opened) return 0;
  BlockSource& disk = *opened->disk;
  const std::uint64_t end = disk.size_bytes();
  std::array<std::byte, 700> first{}, again{};
  for (const std::uint64_t at : {std::uint64_t{0}, std::uint64_t{511}, end / 2, end - 1, end}) {
    const auto got = disk.read(at, first);
    const auto twice = disk.read(at, again);
    demand(got.has_value() == twice.has_value());
    if (!got) continue;
    demand(*got <= first.size() && *got == *twice);
    demand(at >= end ? *got == 0 : *got <= end - at);
    demand(std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(*got),
                      again.begin()));
  }
  return 0;
}
