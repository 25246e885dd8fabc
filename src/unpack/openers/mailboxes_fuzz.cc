// Property: what stands in documents/properties.h, for every store of mail that our own code opens;
// and what an .emlx hands out are views of its bytes, which are all in one of them.
#include "core/demand.h"
#include "core/text.h"
#include "unpack/documents/properties.h"

namespace {

using namespace antidotary;

void demand_all_of_emlx(Bytes file) {
  Budget budget;
  std::size_t reach = 0;
  bool refused = false;
  unpack::Visitor visitor;
  visitor.child = [&](const unpack::Child& child) {
    demand(child.bytes.data() >= file.data());
    const auto offset = static_cast<std::size_t>(child.bytes.data() - file.data());
    demand(offset <= file.size() && child.bytes.size() <= file.size() - offset);
    reach = std::max(reach, offset + child.bytes.size());
  };
  visitor.missed = [&](const unpack::Missed& missed) {
    refused = refused || missed.error.kind == ErrorKind::not_this_format;
  };
  unpack::unpack(formats::Format::emlx, file, budget, visitor);
  demand(refused || reach == file.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = view_of(data, size);
  for (const auto format : {formats::Format::mbox, formats::Format::emlx, formats::Format::dbx}) {
    unpack::keep_within_limits(format, bytes);
  }
  demand_all_of_emlx(bytes);
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  static constexpr std::string_view seeds[] = {
      "39        \nFrom: a@example.org\nSubject: one\n\ntext\n<?xml version=\"1.0\"?>\n<plist/>\n",
      "5\nA: b\n\nthe message goes on\n",
      "From a@b Fri Aug  1 12:00:00 2025\nContent-Length: 9\n\n>From me\n\n"
      "From c@d Fri Aug  1 12:00:01 2025\n\nlast\n",
  };
  if (index >= std::size(seeds)) return 0;
  out.assign(seeds[index].begin(), seeds[index].end());
  return 1;
}
