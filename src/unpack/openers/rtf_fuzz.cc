// Property: what stands in documents/properties.h, for RTF.
#include "unpack/documents/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  antidotary::unpack::keep_within_limits(antidotary::formats::Format::rtf,
                                         antidotary::view_of(data, size));
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 0) return 0;
  const std::string seed =
      "{\\rtf1{\\object\\objupdate{\\*\\objdata 01050000 02000000 08000000 5061636b61676500 "
      "00000000 00000000 1a000000 0200{\\*\\x 41}6100\\mac1 6200 00000300 02000000 7800 05000000 "
      "\\bin5 hello}}{\\pict{\\*\\blipuid 11}4142}{\\*\\template \\\\\\\\x}}";
  out.assign(seed.begin(), seed.end());
  return 1;
}
