// Heads of requests: however the bytes are cut, the same is read or refused.
#include <string>

#include "core/demand.h"
#include "gate/http/request.h"

namespace {

using antidotary::Bytes;
using namespace antidotary::gate::http;

struct Reader {
  HeadReader heads;
  std::string story;
  std::uint64_t body = 0;

  void feed(Bytes bytes) {
    heads.feed(bytes);
    for (;;) {
      if (body > 0) {
        const std::string part = heads.take(body);
        body -= part.size();
        story += part;
        if (body > 0) return;
      }
      const auto request = heads.next();
      if (!request) return;
      antidotary::demand(request->path.starts_with('/'));
      story += request->method + request->path + "\n";
      body = request->body_bytes;
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = antidotary::view_of(data, size);
  Reader whole;
  whole.feed(bytes);
  Reader pieces;
  for (std::size_t i = 0; i < size; ++i) pieces.feed(bytes.subspan(i, 1));
  antidotary::demand(whole.story == pieces.story);
  antidotary::demand(whole.heads.refusal() == pieces.heads.refusal());
  return 0;
}
