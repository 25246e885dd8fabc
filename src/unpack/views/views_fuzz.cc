// Property: the text view of a text view is itself; views stay within what their object allows:
// HTML's twice its size, that of scripts (whose packed words are put back) 24 times and a little.
#include <cstdlib>

#include "unpack/views/text.h"
#include "unpack/views/views.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  const Bytes bytes = view_of(data, size);
  const Buffer text = unpack::text_view(bytes);
  if (text.size() > size || unpack::text_view(text) != text) std::abort();
  for (const char* type : {"CL_TYPE_HTML", "CL_TYPE_HTML_UTF16", "CL_TYPE_TEXT_ASCII"}) {
    Budget budget;
    for (const unpack::View& view : unpack::views(type, bytes, budget).all) {
      const std::size_t most = view.name == "javascript" ? 24 * size + 8192 : 8 * size + 64;
      if (view.name.empty() || view.bytes.size() > most) std::abort();
    }
  }
  return 0;
}
