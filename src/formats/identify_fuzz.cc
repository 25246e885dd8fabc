// Property: the answer rests on the first 64 KiB alone, and has a name.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "formats/identify.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  const Bytes bytes = view_of(data, size);
  const formats::Format format = formats::identify(bytes);
  const Bytes head = bytes.first(std::min<std::size_t>(size, 64u << 10));
  if (formats::identify(head) != format || formats::name_of(format).empty()) std::abort();
  return 0;
}
