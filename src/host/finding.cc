// Finding: the names of its enums, and how a registry place is said to a person.
#include "host/finding.h"

#include <array>

namespace antidotary::host {

std::span<const std::string_view> enum_names(NodeKind) {
  static constexpr std::array<std::string_view, 4> names = {"file", "directory", "link", "other"};
  return names;
}

std::span<const std::string_view> enum_names(Outcome) {
  static constexpr std::array<std::string_view, 4> names = {"found", "missing", "contradicted",
                                                            "unknown"};
  return names;
}

std::string where_of(const RegistryFact& fact) {
  std::string out = fact.root;
  if (!fact.key.empty()) out += '\\' + fact.key;
  if (!fact.whole_key) out += ": " + (fact.value.empty() ? "(default)" : fact.value);
  return out;
}

}  // namespace antidotary::host
