// Property: whatever bytes or text arrive, a record is read whole or refused; what is read writes
// and reads again to the same.
#include <cstdint>
#include <cstdlib>

#include "core/record.h"

namespace {

struct Node {
  std::string name;
  std::vector<std::string> parts;
  std::optional<std::uint32_t> number;
  antidotary::Buffer data;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("parts", self.parts);
    visit("number", self.number);
    visit("data", self.data);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const antidotary::Bytes bytes = antidotary::view_of(data, size);
  if (const auto node = antidotary::from_wire<Node>(bytes)) {
    const auto again = antidotary::from_wire<Node>(antidotary::to_wire(*node));
    if (!again || again->parts != node->parts || again->data != node->data) std::abort();
  }
  if (const auto json = antidotary::Json::parse(antidotary::as_text(bytes))) {
    if (!antidotary::Json::parse(json->dump())) std::abort();
    if (const auto node = antidotary::record_from_json<Node>(*json)) {
      const auto again = antidotary::record_from_json<Node>(antidotary::to_json(*node));
      if (!again || again->name != node->name) std::abort();
    }
  }
  return 0;
}
