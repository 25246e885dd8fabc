// Property: what stands in documents/properties.h, for PDF.
#include "unpack/documents/properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  antidotary::unpack::keep_within_limits(antidotary::formats::Format::pdf,
                                         antidotary::view_of(data, size));
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  using namespace std::string_literals;
  if (index > 0) return 0;
  const std::string seed =
      "%PDF-1.7\n1 0 obj<</Filter/FlateDecode/Length 17>>stream\n"s +
      "\x78\x01\x01\x06\0\xf9\xffhello\n\x08\x4b\x02\x1f\nendstream endobj\n"s +
      "2 0 obj<</S/JavaScript/JS(x)/URI(y)/F(a)/EF<</F 1 0 R>>>>endobj\n"
      "3 0 obj<</Filter/LZWDecode>>stream\n\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01\nendstream endobj\n"
      "4 0 obj<</Type/ObjStm/N 2/First 8>>stream\n7 0 8 5 <<>> <</JS(inner)>>\nendstream endobj\n"
      "5 0 obj<</Filter[/A85/RL]/DecodeParms[null null]>>stream\nBOu!rDZ~>\nendstream endobj\n"
      "%%EOF";
  out.assign(seed.begin(), seed.end());
  return 1;
}
