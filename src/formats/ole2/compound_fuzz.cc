// Property: names are UTF-8, every piece lies inside the file, no stream hands out more than it
// states, and what it says of itself without an error is handed out to the last byte.
#include <cstdint>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "formats/ole2/compound.h"
#include "formats/ole2/specimens.h"

namespace {

using namespace antidotary;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Limits limits;
  limits.steps_max = 2'000'000;
  Budget budget(limits);
  const Bytes bytes = view_of(data, size);
  const auto file = ole2::Compound::open(bytes, budget);
  if (!file) return 0;
  for (const ole2::Stream& stream : file->streams()) {
    demand(is_utf8(stream.path));
    std::uint64_t got = 0;
    const Status status = file->read(stream, budget, [&](Bytes piece) {
      demand(piece.data() >= bytes.data() && piece.data() + piece.size() <= bytes.data() + size);
      got += piece.size();
      return true;
    });
    demand(status ? got == stream.size : got <= stream.size);
  }
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 0) return 0;
  const std::string seed = ole2::compound_of({{"small", "hello"},
                                              {"Macros/VBA/dir", std::string(200, 'd')},
                                              {"big", std::string(5000, 'b')}});
  out.assign(seed.begin(), seed.end());
  return 1;
}
