// Property: no bytes are sealed by a key that never signed; what is stated is found, and a member
// that is nothing stated passes.
#include <cstdint>
#include <string>

#include "core/demand.h"
#include "core/text.h"
#include "signatures/clamav/index.h"

using namespace antidotary;
using signatures::clamav::Index;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes info = view_of(data, size);
  Index index(info, signatures::clamav::official_index_key);
  demand(index.seal() != Index::Seal::whole);
  const bool has_mark = as_text(info).find("DSIG:") != std::string_view::npos;
  demand(has_mark || index.seal() == Index::Seal::none);
  const std::string name(as_text(info).substr(0, as_text(info).find(':')));
  const bool stated = index.states(name);
  demand(stated || index.check(name, info).has_value());
  // An .info cannot hold its own digest.
  demand(!stated || !index.check(name, info).has_value());
  return 0;
}
