#include "scan/looked_at.h"

namespace antidotary::scan {

std::optional<std::size_t> place_in(Bytes whole, Bytes part) {
  const std::uintptr_t begin = address_of(whole), at = address_of(part);
  if (at < begin || at - begin > whole.size() || part.size() > whole.size() - (at - begin)) {
    return std::nullopt;
  }
  return at - begin;
}

bool LookedAt::enter(Bytes object) {
  const auto place = memories_.empty() ? std::nullopt : place_in(memories_.back().bytes, object);
  if (!place || object.empty()) memories_.push_back({object, {}, 0});
  Memory& memory = memories_.back();
  if (!memory.seen.insert({place.value_or(0), object.size()}).second) return false;
  ++memory.depth;
  return true;
}

void LookedAt::leave() {
  if (--memories_.back().depth == 0) memories_.pop_back();
}

}  // namespace antidotary::scan
