// Label: a vendor's label taken apart: dialect, family, variant letter.
//
// It knows grammar only ("W32.", "I-Worm.", "@mm"); which families there are, and what a vendor
// means by one, the encyclopedia says (names.cc). No vendor's published grammar is complete, so an
// unknown word is taken for a family rather than refused.
#pragma once

#include <string>
#include <string_view>

namespace antidotary::entries {

/// Longest label that is looked at, in bytes.
inline constexpr std::size_t label_bytes_max = 200;

struct Label {
  /// What stands before the family, and how the letter is joined to it: "w32/" with "-" is Sophos,
  /// "worm_" with "." Trend Micro. Empty where the label begins with the family. Lower case.
  std::string prefix;
  std::string family;   ///< Lower case, letters and digits only: "mimail". Empty: none found.
  std::string variant;  ///< Lower case: "a", "ab"; empty: none is named.
  char joint = '\0';    ///< The character between family and variant.

  /// True where both are written as one vendor writes: same prefix, same joint.
  bool same_dialect(const Label& other) const;
  /// Nothing stands before the family: any vendor could have said it.
  bool plain() const { return prefix.empty(); }
};

/// Takes `text` apart: "Email-Worm.Win32.Mimail.c" is prefix "email-worm.win32.", family "mimail",
/// variant "c". Never fails: what is not understood is empty.
Label parse_label(std::string_view text);

}  // namespace antidotary::entries
