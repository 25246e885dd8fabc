// Property: what stands in documents/properties.h, for compound files.
#include "formats/ole2/specimens.h"
#include "unpack/documents/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  antidotary::unpack::keep_within_limits(antidotary::formats::Format::ole2,
                                         antidotary::view_of(data, size));
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  using namespace std::string_literals;
  using antidotary::ole2::compound_of;
  if (index > 2) return 0;
  std::string seed;
  if (index == 0) {
    seed = compound_of({{"Macros/VBA/M", "x\1\x13\xb0\0Attribut\0e VB_Nam\0e"s},
                        {"\1Ole10Native", "\x20\0\0\0\x02\0a\0b\0\0\0\x03\0\1\0\0\0x\3\0\0\0abc"s},
                        {"Workbook", "\x09\x08\x04\0\0\x06\x05\0\x2f\0\x02\0\x01\0"s}});
  } else if (index == 1) {
    seed = compound_of({{"PowerPoint Document",
                         "\x0f\0\xe8\x03\x20\0\0\0\x10\0\x11\x10\x12\0\0\0\6\0\0\0\x78\x01"
                         "\x01\x06\0\xf9\xffhello\n\x08\x4b\x02\x1f"s}});
  } else {
    seed =
        compound_of({{"__attach_version1.0_#00000000/__substg1.0_37010102", "data"},
                     {"__attach_version1.0_#00000000/__substg1.0_3707001F", "a\0.\0b\0"s},
                     {"__substg1.0_10090102", "\x20\0\0\0\x2b\0\0\0LZFu\0\0\0\0\x03\0\x0a\0rcp"s}});
  }
  out.assign(seed.begin(), seed.end());
  return 1;
}
