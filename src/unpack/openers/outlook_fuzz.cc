// Property: what stands in documents/properties.h, for Outlook's stores; and the index of a store
// names messages alone and says so where it spent the budget.
#include "core/demand.h"
#include "unpack/documents/properties.h"
#include "unpack/openers/outlook_specimen.h"
#include "unpack/outlook_index.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace antidotary;
  const Bytes store = view_of(data, size);
  unpack::keep_within_limits(formats::Format::pst, store);
  Limits limits;
  limits.steps_max = 100'000;
  Budget budget(limits);
  const unpack::OutlookIndex index = unpack::read_outlook_index(store, budget);
  for (const std::uint32_t number : index.messages) demand(unpack::is_message_node(number));
  demand(!budget.spent() || index.error.has_value());
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index > 0) return 0;
  out = antidotary::unpack::outlook_store();
  return 1;
}
