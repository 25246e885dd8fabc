// Grammar: the listings of one family, sorted by how near they stand to the label.
#include "entries/grammar.h"

#include <fmt/core.h>

#include <algorithm>

#include "entries/dialects.h"

namespace antidotary::entries {

namespace {

/// True where the label says that it runs where the entry's folder says: "w32" and "win32/...".
bool platform_fits(const Label& label, const Entry& entry) {
  if (label.platform.empty()) return false;
  const std::string_view folder = std::string_view(entry.id).substr(0, entry.id.find('/'));
  if (is_word_platform(folder)) return is_word_platform(label.platform);
  const bool windows = label.platform.front() == 'w' && !label.platform.ends_with('m');
  return label.platform == folder || (windows && folder == "win32");
}

/// True where the label names a platform that is not the entry's.
bool platform_differs(const Label& label, const Entry& entry) {
  return !label.platform.empty() && !platform_fits(label, entry);
}

/// True where the label's own word for the type is the type of the entry: "I-Worm" and a worm.
bool type_fits(const Label& label, const Entry& entry) {
  return std::any_of(entry.classes.begin(), entry.classes.end(), [&](const std::string& name) {
    const std::string type = name.substr(0, name.find('/'));
    return !label.type.empty() && label.type.find(type) != std::string::npos;
  });
}

}  // namespace

Grammar::Grammar(const Names& names, std::string_view vendor, const Label& label)
    : vendor_(vendor), label_(label) {
  if (label.family.empty() || label.generic) return;
  const auto found = names.families_.find(label.family);
  if (found == names.families_.end()) return;
  for (const std::size_t index : found->second) {
    const Names::Listing& listing = names.listings_[index];
    if (listing.label.platform == label.platform) platform_listed_.insert(listing.entry);
  }
  for (const std::size_t index : found->second) {
    const Names::Listing& listing = names.listings_[index];
    if (listing.own) {
      add_own(listing);
    } else {
      add_listed(listing);
    }
  }
}

// Another platform's threat of the same name is another threat, unless somebody lists it here.
Confidence Grammar::confidence_in(const Entry& entry) const {
  const bool elsewhere = platform_differs(label_, entry) && platform_listed_.count(&entry) == 0;
  return elsewhere ? Confidence::possible : Confidence::likely;
}

void Grammar::add_own(const Names::Listing& listing) {
  if (listing.variant == nullptr) {
    families_.push_back(listing.entry);
    if (!label_.variant.empty()) return;
  } else if (listing.variant->id != label_.variant || label_.variant.empty()) {
    return;
  }
  own_ = true;
  std::string why = family_words(*listing.entry);
  if (listing.variant != nullptr) why += ", variant " + listing.variant->id;
  add_match(same_letter_, {listing.entry, listing.variant, nullptr, std::move(why),
                           confidence_in(*listing.entry)});
}

void Grammar::add_listed(const Names::Listing& listing) {
  const VendorName* name = listing.name;
  // A generic label says no letter; one that overlaps is still that vendor's word for this.
  if (name != nullptr && name->relation == NameRelation::generic) return;
  NameMatch match{listing.entry, listing.variant, nullptr,
                  name == nullptr
                      ? fmt::format("{} is also called {}", listing.entry->title, listing.text)
                      : fmt::format("{} of {} is listed there", name->label, name->vendor),
                  confidence_in(*listing.entry)};
  // Words without a vendor may be another threat's, on another platform or of another type.
  const bool fits = platform_fits(label_, *listing.entry) ||
                    (label_.platform.empty() && type_fits(label_, *listing.entry));
  if (name == nullptr && !fits) {
    match.confidence = Confidence::possible;
  }
  if (listing.label.variant != label_.variant) {
    const bool same = name == nullptr || name->relation == NameRelation::same;
    // "Gibe.F" is not "Gibe": a word with a letter stands for that letter only.
    const bool lettered = name == nullptr && !listing.label.variant.empty();
    if (same && !lettered) add_match(same_family_, std::move(match));
    return;
  }
  if (name != nullptr && !vendor_.empty() && same_vendor(name->vendor, vendor_)) {
    add_match(of_vendor_, match);
  }
  const bool dialect = listing.label.same_dialect(label_) && !label_.plain();
  if (dialect) add_match(same_dialect_, match);
  // A mistake is one vendor's: it says nothing about another's letter.
  mistaken_ = mistaken_ || (name != nullptr && name->relation == NameRelation::mistaken);
  add_match(same_letter_, std::move(match));
}

Resolution Grammar::answer() const {
  if (!vendor_.empty() && !of_vendor_.empty()) return decide(of_vendor_);
  if (!same_dialect_.empty()) return decide(same_dialect_);
  if (same_letter_.size() > 1) return decide(same_letter_);
  if (same_letter_.size() == 1) return single();
  if (!families_.empty()) return family("");
  return alias();
}

// One place is listed for this family and letter, by another vendor than the label's.
Resolution Grammar::single() const {
  const NameMatch& match = same_letter_.front();
  if (own_ || families_.empty()) return decide(same_letter_);
  if (mistaken_ || match.entry != families_.front()) {
    std::vector<NameMatch> both = {
        {families_.front(), nullptr, nullptr,
         family_words(*families_.front()) + fmt::format("; no variant {}", label_.variant)}};
    both.front().letter_unknown = true;
    add_match(both, match);
    return decide(std::move(both));
  }
  if (label_.plain()) return decide(same_letter_);
  return family("; " + match.why + " under another letter");
}

Resolution Grammar::family(const std::string& hint) const {
  std::vector<NameMatch> matches;
  for (const Entry* entry : families_) {
    std::string why = family_words(*entry);
    if (!label_.variant.empty()) why += letter_words(*entry);
    add_match(matches, {entry, nullptr, nullptr, why + hint, confidence_in(*entry),
                        !label_.variant.empty()});
  }
  return decide(std::move(matches));
}

// No entry has the family's name, but labels do ("I-Worm.Paylap").
Resolution Grammar::alias() const {
  if (same_family_.size() < 2) {
    std::vector<NameMatch> matches = same_family_;
    // The listed letter is not the asked one: the entry is certain, the variant is not.
    if (!matches.empty() && !label_.variant.empty()) {
      matches.front().variant = nullptr;
      matches.front().letter_unknown = true;
      matches.front().why += letter_words(*matches.front().entry);
    }
    return decide(std::move(matches));
  }
  // Listed for several variants, and none of them asked for: what they share is the entry.
  std::vector<NameMatch> entries;
  for (const NameMatch& match : same_family_) {
    std::string why = match.why;
    if (!label_.variant.empty()) why += letter_words(*match.entry);
    add_match(entries, {match.entry, nullptr, nullptr, std::move(why), confidence_in(*match.entry),
                        !label_.variant.empty()});
  }
  return decide(std::move(entries));
}

// Each vendor counts for itself, and each name of a family anew: Symantec's Beagle.O is Bagle.Q.
std::string Grammar::letter_words(const Entry& entry) const {
  std::string letter = label_.variant;
  for (char& c : letter) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const Variant* variant = entry.find(label_.variant);
  if (variant == nullptr) {
    return fmt::format("; no variant {} is known, and letters differ between vendors",
                       label_.variant);
  }
  return fmt::format("; {} is a letter of that name, which need not be {}", letter, variant->title);
}

std::string Grammar::family_words(const Entry& entry) const {
  return fmt::format("family name {}", family_of(entry));
}

}  // namespace antidotary::entries
