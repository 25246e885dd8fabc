// Property: streams and values lie inside the file in the order of their offsets, and what can be
// read of a value needs no byte outside it.
#include <cstdint>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "formats/pdf/objects.h"
#include "formats/pdf/security.h"

using namespace antidotary;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Budget budget;
  const Bytes bytes = view_of(data, size);
  const auto objects = pdf::find_objects(bytes, budget);
  if (!objects) return 0;
  std::uint64_t last = 0;
  for (const pdf::Object& one : objects->all) {
    demand(one.offset >= last && one.offset <= size);
    last = one.offset;
    demand(one.stream.size() <= size);
    for (const pdf::Pair& pair : pdf::pairs_of(one.value)) {
      static_cast<void>(pdf::items_of(pair.value));
      static_cast<void>(pdf::integer_of(pair.value));
      if (const auto text = pdf::string_of(pair.value)) demand(is_utf8(pdf::text_of(*text)));
    }
  }
  for (const std::string_view trailer : objects->trailers) {
    const auto security = pdf::Security::open(pdf::pairs_of(trailer), "id");
    if (security) static_cast<void>(security->decrypt_stream({1, 0}, bytes));
  }
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 0) return 0;
  const std::string_view seed =
      "%PDF-1.5\n1 0 obj<</Length 3/Filter[/A85/FlateDecode]/DecodeParms[null<</Predictor 12>>]"
      ">>stream\nabc\nendstream\nendobj\n2 0 obj<</JS(a\\)b)/URI<414>>>endobj\n3 0 obj[1 0 R 2]"
      "endobj\ntrailer<</Filter/Standard/V 2/R 3/Length 128/P -4/O<28bf4e5e4e758a4164004e56fffa01"
      "082e2e00b6d0683e802f0ca9fe6453697a>/U(12345678901234567890123456789012)>>\n%%EOF";
  out.assign(seed.begin(), seed.end());
  return 1;
}
