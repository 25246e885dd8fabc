// Property: within the budget a list ends, each message ends, and none is longer than the store or
// than it may be.
#include <cstdlib>

#include "formats/dbx/specimens.h"
#include "formats/dbx/store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  constexpr std::uint64_t bytes_max = 4096;
  const Bytes store = view_of(data, size);
  Limits limits;
  limits.steps_max = 200'000;
  Budget budget(limits);
  const auto listing = dbx::list(store, budget);
  if (!listing) return 0;
  for (const auto& at : listing->messages) {
    if (!at) continue;
    const dbx::Message message = dbx::read_message(store, *at, bytes_max, budget);
    // Segments may overlap, but each is read once: a stated length reaches to the end at most.
    if (message.bytes.size() > bytes_max) std::abort();
    if (!message.error && *at != 0 && message.bytes.size() > size * size) std::abort();
  }
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 1) return 0;
  antidotary::dbx::StoreWriter writer;
  const std::size_t count = index == 0 ? 1 : 9;
  for (std::size_t i = 0; i < count; ++i) {
    writer.add("From: a@example.org\nSubject: x\n\nbody body body\n", i != 4);
  }
  const std::string seed = writer.finish();
  out.assign(seed.begin(), seed.end());
  return 1;
}
