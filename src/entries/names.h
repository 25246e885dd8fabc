// Names: from any vendor's label for a threat to the entry and variant that it means.
//
// Exact labels first; then the label's grammar is split into family and variant and looked up in
// what the encyclopedia itself states; an answer is one, several (ambiguous) or the nearest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::entries {

struct NameMatch {
  const Entry* entry = nullptr;
  const Variant* variant = nullptr;         ///< Null: the family.
  const VendorName* vendor_name = nullptr;  ///< The exact label that decided, if one did.
  std::string why;  ///< "exact label of Symantec", "family name Mimail, variant C".
};

struct Resolution {
  enum class Kind : std::uint8_t { one, ambiguous, unknown };
  Kind kind = Kind::unknown;
  std::vector<NameMatch> matches;    ///< One, or the candidates.
  std::vector<std::string> nearest;  ///< For unknown: up to five labels or titles, nearest first.
};

/// Resolves a label ("W32.Mimail.A@mm", "WORM_MIMAIL", "I-Worm.Paylap", "mimail",
/// "win32/mimail.c").
Resolution resolve(const Encyclopedia& encyclopedia, std::string_view label);

/// The first name's edit distance, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace antidotary::entries
