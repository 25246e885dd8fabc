// Names: from any vendor's label for a threat to the entry and variant that it means.
//
// Exact labels first; then the label's grammar is split into family and variant and looked up in
// what the encyclopedia itself states; an answer is one, several (ambiguous) or the nearest. It is
// never a wrong family with confidence: a word that is given to anything ("agent") names no family,
// and a mistake of one vendor is not another's.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "entries/encyclopedia.h"
#include "entries/label.h"

namespace antidotary::entries {

/// How sure an answer is.
enum class Confidence : std::uint8_t {
  possible,  ///< A word that somebody used for it, or one of several candidates.
  likely,    ///< By grammar: the family is named; the letter may be another vendor's.
  certain,   ///< A listed label, or our own name.
};
std::span<const std::string_view> enum_names(Confidence);

struct NameMatch {
  const Entry* entry = nullptr;
  const Variant* variant = nullptr;         ///< Null: the family.
  const VendorName* vendor_name = nullptr;  ///< The exact label that decided, if one did.
  std::string why;  ///< "exact label of Symantec", "family name Mimail, variant C".
  Confidence confidence = Confidence::certain;
  bool letter_unknown = false;  ///< A variant was asked for that nothing here lists.
};

struct Resolution {
  enum class Kind : std::uint8_t { one, ambiguous, unknown };
  Kind kind = Kind::unknown;
  std::vector<NameMatch> matches;    ///< One, or the candidates.
  std::vector<std::string> nearest;  ///< For unknown: up to five labels or titles, nearest first.
  Label label;                       ///< The label taken apart.

  /// The entry, where there is one that may be relied on: the answer, or what all candidates are
  /// variants of. Else null.
  const Entry* family() const;
};
std::span<const std::string_view> enum_names(Resolution::Kind);

/// Everything that the encyclopedia lists, made ready for many questions. Points into the
/// encyclopedia, which must outlive it.
class Names {
 public:
  explicit Names(const Encyclopedia& encyclopedia);

  /// Resolves a label ("W32.Mimail.A@mm", "WORM_MIMAIL", "I-Worm.Paylap", "mimail",
  /// "win32/mimail.c", "Sophos Mimail-N"). `vendor` says whose it is, where that is known.
  /// Does not look for the nearest: see nearest().
  Resolution resolve(std::string_view label, std::string_view vendor = {}) const;
  /// Up to five listed labels or titles that look like `label`, nearest first.
  std::vector<std::string> nearest(std::string_view label) const;

 private:
  friend class Grammar;
  struct Listing {
    const Entry* entry = nullptr;
    const Variant* variant = nullptr;
    const VendorName* name = nullptr;  ///< Null: our own name or `also_called`.
    std::string text;
    Label label;
    bool own = false;  ///< The entry's own name.
  };
  struct Query {
    std::string_view text;
    std::string_view vendor;
    bool fits(const VendorName& name) const;
  };

  void add(Listing listing);
  void add_vendor(std::string_view vendor);
  Query split_vendor(std::string_view text) const;
  Resolution by_label(const Query& query) const;
  Resolution by_own_name(std::string_view text) const;

  using Index = std::unordered_map<std::string, std::vector<std::size_t>>;
  std::vector<Listing> listings_;
  Index exact_;     ///< By the whole label, lower case.
  Index families_;  ///< By the label's family.
  std::vector<std::string> vendors_;
};

/// One question: builds Names, resolves, and adds the nearest where nothing is known.
Resolution resolve(const Encyclopedia& encyclopedia, std::string_view label);

/// True where two ways to write a vendor mean the same one ("BitDefender", "Bitdefender").
bool same_vendor(std::string_view a, std::string_view b);

/// How many single characters must be added, removed or changed to make `b` of `a`, for "did you
/// mean"; longer texts than label_bytes_max are cut to that.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace antidotary::entries
