// clamd's protocol: however the bytes are cut into pieces, and held after each command or not, the
// same things are told; no chunk is longer than it was announced.
#include <cstdlib>
#include <string>

#include "serve/clamd_wire.h"

namespace {

using antidotary::Bytes;
using namespace antidotary::serve::clamd;

class Recorder final : public Listener {
 public:
  std::string story;
  Wire* to_hold = nullptr;  ///< After each command.

  bool command(Command command) override {
    if (to_hold != nullptr) to_hold->hold(true);
    story += "c" + std::to_string(static_cast<int>(command.verb)) + command.argument + "\n";
    return command.verb != Verb::end && command.verb != Verb::unknown;
  }
  bool chunk_begins(std::uint32_t bytes) override {
    if (left_ != 0) std::abort();
    left_ = bytes;
    story += "b" + std::to_string(bytes) + "\n";
    return true;
  }
  bool chunk(Bytes bytes) override {
    if (bytes.empty() || bytes.size() > left_) std::abort();
    left_ -= static_cast<std::uint32_t>(bytes.size());
    data_ += bytes.size();
    return true;
  }
  bool stream_ends() override {
    if (left_ != 0) std::abort();
    story += "e" + std::to_string(data_) + "\n";
    return true;
  }
  bool descriptor_byte() override {
    story += "d\n";
    return true;
  }

 private:
  std::uint32_t left_ = 0;
  std::size_t data_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = antidotary::view_of(data, size);
  Recorder whole;
  Wire at_once(whole);
  at_once.feed(bytes);
  at_once.end();
  Recorder pieces;
  Wire byte_by_byte(pieces);
  for (std::size_t i = 0; i < size; ++i) byte_by_byte.feed(bytes.subspan(i, 1));
  byte_by_byte.end();
  if (whole.story != pieces.story) std::abort();
  Recorder one_at_a_time;
  Wire held(one_at_a_time);
  one_at_a_time.to_hold = &held;
  held.feed(bytes);
  while (held.held()) {
    held.hold(false);
    held.feed({});
  }
  held.end();
  if (whole.story != one_at_a_time.story) std::abort();
  return 0;
}
