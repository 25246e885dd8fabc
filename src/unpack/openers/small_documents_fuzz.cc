// Property: what stands in documents/properties.h, for the formats of tnef.cc, small_documents.cc,
// markup.cc and encoded_text.cc; the first byte chooses which.
#include <array>

#include "unpack/documents/properties.h"

namespace {

using antidotary::formats::Format;
constexpr std::array formats = {
    Format::tnef, Format::lnk,      Format::swf,    Format::onenote,        Format::html,
    Format::xml,  Format::uuencode, Format::binhex, Format::script_encoded, Format::svg};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  antidotary::unpack::keep_within_limits(formats[data[0] % formats.size()],
                                         antidotary::view_of(data + 1, size - 1));
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  using namespace std::string_literals;
  static const std::array seeds = {
      "\x78\x9f\x3e\x22\1\0\2\x0f\x80\6\0\3\0\0\0abc\x26\1\2\5\x90\6\0\x14\0\0\0\1\0\0\0\x1f\0\7"
      "\x37"
      "\1\0\0\0\4\0\0\0a\0\0\0\0\0"s,
      "L\0\0\0"s + std::string(16, '\1') + "\xff\0\0\0"s + std::string(52, '\0') +
          "\2\0ab\x14\0\0\0"s,
      "CWS\x06\x0e\0\0\0\x78\x01\x01\x06\0\xf9\xffhello\n\x08\x4b\x02\x1f"s,
      "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac\3\0\0\0\0\0\0\0\0\0\0\0\0\0"
      "\0"
      "\0\0\0\0\0abc"s,
      "<a href=\"data:text/plain;base64,aGVsbG8=\"><script>#@~^AAAAAA==uAAAAAA==^#~@"s,
      "<Relationships><a Compress=\"true\">"s + std::string(80, 'A') +
          "</a><Relationship Target=\"x\" TargetMode=\"External\"/>",
      "begin 644 a.txt\n%:&5L;&\\\n`\nend\n"s,
      "(This file must be converted with BinHex 4.0)\n:#h\"XB`\"bFh*M8!!!!!!!!!!\"!!!!:\n"s,
      "#@~^AAAAAA==@#@&uAAAAAA==^#~@"s,
      "<svg onload='a(&#65;)'><!-- --><s:script><![CDATA[b]]>&lt;</s:script><script/>"s};
  if (index >= seeds.size()) return 0;
  out.assign(1, static_cast<std::uint8_t>(index));
  out.insert(out.end(), seeds[index].begin(), seeds[index].end());
  return 1;
}
