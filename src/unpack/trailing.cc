#include "unpack/trailing.h"

#include <algorithm>

namespace antidotary::unpack {

void hand_out_trailing(Bytes bytes, std::size_t end, Budget& budget, const Visitor& visitor) {
  const Bytes rest = bytes.subspan(std::min(end, bytes.size()));
  const bool zeros =
      std::all_of(rest.begin(), rest.end(), [](std::byte b) { return b == std::byte{0}; });
  if (zeros) return;
  visitor.tell_odd("trailing_data");
  Status paid = budget.new_object();
  if (paid) paid = budget.step(rest.size() / 64);
  if (!paid) return visitor.missed({"trailing data", paid.error()});
  Child child{"trailing data", rest};
  child.embedded = true;
  visitor.child(child);
}

}  // namespace antidotary::unpack
