// Finding: the names of its enums, and how a registry place is said to a person.
#include "host/finding.h"

#include <array>
#include <utility>

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

Finding not_found(const entries::Change& change, std::string doubt) {
  Finding out;
  out.where = change.summary();
  out.outcome = doubt.empty() ? Outcome::missing : Outcome::unknown;
  out.detail = std::move(doubt);
  return out;
}

}  // namespace antidotary::host
