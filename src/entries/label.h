// Label: a vendor's label taken apart: type, platform, family, variant, suffixes.
//
// It knows grammar only ("W32.", "I-Worm.", "@mm": dialects.h); which families there are, and what
// a vendor means by one, the encyclopedia says (names.cc). No vendor's published grammar is
// complete, so an unknown word is taken for a family rather than refused.
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
  std::string type;      ///< Lower case: "email-worm", "troj"; empty: none is said.
  std::string platform;  ///< Lower case: "w32"; empty: none is said.
  std::string family;    ///< Lower case, letters and digits only: "mimail". Empty: none found.
  std::string variant;   ///< Lower case: "a", "ab"; empty: none is named.
  std::string length;    ///< CARO's infective length: "24876".
  std::string suffixes;  ///< What follows the name, as written: "@mm", "!zip", "[Wrm]".
  char joint = '\0';     ///< The character between family and variant.
  bool generic = false;  ///< The family's place holds a word that is given to anything: "agent".

  /// True where both are written as one vendor writes: same prefix, same joint.
  bool same_dialect(const Label& other) const;
  /// Nothing stands before the family: any vendor could have said it.
  bool plain() const { return prefix.empty(); }
};

/// Takes `text` apart: "Email-Worm.Win32.Mimail.c" is type "email-worm", platform "win32", family
/// "mimail", variant "c". `vendor` decides what is written alike and means different things; empty
/// where nobody knows whose it is. Never fails: what is not understood is empty.
Label parse_label(std::string_view text, std::string_view vendor = {});

}  // namespace antidotary::entries
