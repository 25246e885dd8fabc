// The milter's wire: however the bytes are cut into pieces, the same packets come out; and what a
// message was put together from is the same, and no longer than what came.
#include <cstdlib>
#include <string>

#include "gate/milter/message.h"
#include "gate/milter/wire.h"

namespace {

using antidotary::Bytes;
using namespace antidotary::gate::milter;

struct Reader {
  Wire wire;
  Message message;
  std::string story;

  void feed(Bytes bytes) {
    wire.feed(bytes);
    while (const auto packet = wire.next()) {
      story.push_back(packet->command);
      story += std::to_string(packet->data.size());
      story += message.take(*packet);
    }
    if (wire.peek() && wire.broken()) std::abort();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = antidotary::view_of(data, size);
  Reader whole;
  whole.feed(bytes);
  Reader pieces;
  for (std::size_t i = 0; i < size; ++i) pieces.feed(bytes.subspan(i, 1));
  if (whole.story != pieces.story) std::abort();
  if (whole.message.forged().size() != pieces.message.forged().size()) std::abort();
  if (whole.message.recipients().size() > size) std::abort();
  // A bare line feed in a field becomes two bytes, an empty field at most six.
  if (whole.story.size() > 64 + 8 * size) std::abort();
  return 0;
}
