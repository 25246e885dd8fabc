// Entry: look-ups within one entry, and the names of its enumerations.
#include "entries/entry.h"

#include <algorithm>
#include <array>

namespace antidotary::entries {

std::span<const std::string_view> enum_names(Status) {
  static constexpr std::array<std::string_view, 3> names = {"draft", "tested", "stable"};
  return names;
}

std::span<const std::string_view> enum_names(NameRelation) {
  static constexpr std::array<std::string_view, 4> names = {"same", "generic", "overlaps",
                                                            "mistaken"};
  return names;
}

const Change* Variant::find(std::string_view change_id) const {
  const auto found = std::find_if(changes.begin(), changes.end(),
                                  [&](const auto& change) { return change->id == change_id; });
  return found == changes.end() ? nullptr : found->get();
}

bool Variant::checkable() const {
  return std::any_of(changes.begin(), changes.end(),
                     [](const auto& change) { return change->checkable(); });
}

const Variant* Entry::find(std::string_view variant_id) const {
  const auto found = std::find_if(variants.begin(), variants.end(),
                                  [&](const Variant& variant) { return variant.id == variant_id; });
  return found == variants.end() ? nullptr : &*found;
}

}  // namespace antidotary::entries
