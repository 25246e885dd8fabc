// Property: every object has a type with a name; what is not text is judged by its head alone.
#include <algorithm>
#include <cstdlib>

#include "formats/clam_type.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  const Bytes bytes = view_of(data, size);
  const std::string_view type = formats::clam_type(bytes);
  if (!type.starts_with("CL_TYPE_") || formats::target_of(type) > 14) std::abort();
  const Bytes head = bytes.first(std::min(size, formats::clam_head_bytes));
  const std::string_view of_head = formats::clam_type(head);
  if (of_head != type && of_head != "CL_TYPE_TEXT_ASCII") std::abort();
  const auto raw = formats::raw_match(type, bytes);
  if (size < 6 && raw != formats::RawMatch::none) std::abort();
  return 0;
}
