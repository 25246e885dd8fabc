#include "unpack/brought.h"

#include <fmt/core.h>

namespace antidotary::unpack {

bool bring(Brought& out, Bytes piece, Budget& budget) {
  const std::uint64_t max = budget.limits().object_bytes_max;
  if (out.bytes.size() > max || piece.size() > max - out.bytes.size()) {
    out.error = budget.exhaust(Limit::object_bytes).value();
    return false;
  }
  const std::size_t size = out.bytes.size() + piece.size();
  if (out.packed_bytes > 0 && budget.too_dense(size, out.packed_bytes)) {
    out.error = Error{ErrorKind::budget_spent,
                      fmt::format("the limit {} of {} was reached", name_of(Limit::ratio),
                                  budget.limits().ratio_max),
                      {}};
    return false;
  }
  if (const auto paid = budget.bring_out(piece.size()); !paid) {
    out.error = paid.error();
    out.purse_empty = true;
    return false;
  }
  out.bytes.insert(out.bytes.end(), piece.begin(), piece.end());
  return true;
}

void hand_out(const std::string& name, const Brought& brought, const Visitor& visitor) {
  if (!brought.error || !brought.bytes.empty()) visitor.child({name, brought.bytes});
  if (brought.error) visitor.missed({name, *brought.error});
}

}  // namespace antidotary::unpack
