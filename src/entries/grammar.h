// Grammar: what the encyclopedia says about one family and letter, with who says it. The second
// half of Names: asked where no listed label fits.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "entries/names.h"

namespace antidotary::entries {

class Grammar {
 public:
  /// All three outlive this.
  Grammar(const Names& names, std::string_view vendor, const Label& label);
  Resolution answer() const;

 private:
  void add_own(const Names::Listing& listing);
  void add_listed(const Names::Listing& listing);
  Resolution single() const;
  Resolution family(const std::string& hint) const;
  Resolution alias() const;
  Confidence confidence_in(const Entry& entry) const;
  std::string family_words(const Entry& entry) const;
  /// Why the asked letter gives no variant of the entry.
  std::string letter_words(const Entry& entry) const;

  std::string_view vendor_;
  const Label& label_;
  bool own_ = false;
  bool mistaken_ = false;
  std::vector<const Entry*> families_;
  /// Entries for which a label of this family and platform is listed.
  std::set<const Entry*> platform_listed_;
  std::vector<NameMatch> of_vendor_;
  std::vector<NameMatch> same_dialect_;
  std::vector<NameMatch> same_letter_;
  std::vector<NameMatch> same_family_;
};

/// "Mimail" of "Win32/Mimail".
std::string_view family_of(const Entry& entry);
/// Adds a match, unless its place is among them.
void add_match(std::vector<NameMatch>& matches, NameMatch match);
/// One place is an answer; the family and variants of it are the family; else candidates.
Resolution decide(std::vector<NameMatch> matches);

}  // namespace antidotary::entries
