// Names: exact labels, then our own names, then grammar, then the nearest.
//
// A label that the encyclopedia lists always beats a guess from family and letter, because letters
// differ between vendors: Trend Micro's WORM_MIMAIL.R is everybody else's Mydoom.A.
#include "entries/names.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "core/text.h"
#include "entries/dialects.h"
#include "entries/grammar.h"

namespace antidotary::entries {
namespace {

constexpr std::size_t nearest_max = 5;

bool owns(const VendorName& name) {
  return name.relation == NameRelation::same || name.relation == NameRelation::mistaken;
}

/// A label of the family that pages print for one of its variants as well.
void say_also_listed(const std::vector<NameMatch>& others, NameMatch& match) {
  for (const NameMatch& other : others) {
    if (match.variant != nullptr || other.entry != match.entry || other.variant == nullptr)
      continue;
    match.why += fmt::format("; also listed for {}", other.variant->title);
  }
}

}  // namespace

std::span<const std::string_view> enum_names(Confidence) {
  static constexpr std::array<std::string_view, 3> names = {"possible", "likely", "certain"};
  return names;
}

std::span<const std::string_view> enum_names(Resolution::Kind) {
  static constexpr std::array<std::string_view, 3> names = {"one", "ambiguous", "unknown"};
  return names;
}

const Entry* Resolution::family() const {
  if (matches.empty()) return nullptr;
  const Entry* first = matches.front().entry;
  const bool sure = std::all_of(matches.begin(), matches.end(), [&](const NameMatch& match) {
    return match.entry == first && match.confidence != Confidence::possible;
  });
  return sure ? first : nullptr;
}

std::string_view family_of(const Entry& entry) {
  const std::string_view title = entry.title;
  return title.substr(title.rfind('/') + 1);
}

void add_match(std::vector<NameMatch>& matches, NameMatch match) {
  const bool known = std::any_of(matches.begin(), matches.end(), [&](const NameMatch& other) {
    return other.entry == match.entry && other.variant == match.variant;
  });
  if (!known) matches.push_back(std::move(match));
}

Resolution decide(std::vector<NameMatch> matches) {
  Resolution out;
  if (matches.empty()) return out;
  const bool one_entry = std::all_of(matches.begin(), matches.end(), [&](const NameMatch& match) {
    return match.entry == matches.front().entry;
  });
  const auto family = std::find_if(matches.begin(), matches.end(),
                                   [](const NameMatch& match) { return match.variant == nullptr; });
  if (one_entry && matches.size() > 1 && family != matches.end()) {
    NameMatch match = *family;
    match.why += "; also listed for a variant of it";
    matches = {std::move(match)};
  }
  out.kind = matches.size() == 1 ? Resolution::Kind::one : Resolution::Kind::ambiguous;
  if (!one_entry) {
    for (NameMatch& match : matches) match.confidence = Confidence::possible;
  }
  out.matches = std::move(matches);
  return out;
}

bool same_vendor(std::string_view a, std::string_view b) {
  if (equal_ascii_ignoring_case(a, b)) return true;
  const Dialect* of_a = find_dialect(a);
  return of_a != nullptr && of_a == find_dialect(b);
}

bool Names::Query::fits(const VendorName& name) const {
  return vendor.empty() || same_vendor(vendor, name.vendor);
}

Names::Names(const Encyclopedia& encyclopedia) {
  const auto list = [this](const Entry& entry, const Variant* variant, const VendorName& name) {
    add({&entry, variant, &name, name.label, parse_label(name.label, name.vendor), false});
    add_vendor(name.vendor);
  };
  for (const Entry& entry : encyclopedia.entries()) {
    add({&entry, nullptr, nullptr, entry.title, parse_label(entry.title), true});
    for (const VendorName& name : entry.names) list(entry, nullptr, name);
    for (const std::string& word : entry.also_called) {
      add({&entry, nullptr, nullptr, word, parse_label(word), false});
    }
    for (const Variant& variant : entry.variants) {
      add({&entry, &variant, nullptr, variant.title, parse_label(variant.title), true});
      for (const VendorName& name : variant.names) list(entry, &variant, name);
    }
  }
  for (const Dialect& dialect : dialects()) {
    add_vendor(dialect.vendor);
    for (const std::string_view other : split(dialect.also, '|')) {
      if (!other.empty()) add_vendor(other);
    }
  }
}

void Names::add(Listing listing) {
  const std::size_t index = listings_.size();
  exact_[ascii_lower(listing.text)].push_back(index);
  const Label& label = listing.label;
  // Of words that are no label ("Love Letter worm") only the whole is a name.
  const bool words = label.plain() && listing.text.find(' ') != std::string::npos;
  if (!label.family.empty() && !label.generic && !words) families_[label.family].push_back(index);
  if (listing.own) {
    const std::string_view family = family_of(*listing.entry);
    std::string letter = listing.variant == nullptr ? std::string() : listing.variant->id;
    for (const std::string_view head : {std::string_view(listing.entry->id), family}) {
      for (const char joint : {'.', ' ', '/'}) {
        const std::string name =
            letter.empty() ? std::string(head) : fmt::format("{}{}{}", head, joint, letter);
        std::vector<std::size_t>& known = exact_[ascii_lower(name)];
        if (known.empty() || known.back() != index) known.push_back(index);
        if (letter.empty()) break;
      }
    }
  }
  listings_.push_back(std::move(listing));
}

void Names::add_vendor(std::string_view vendor) {
  const bool known = std::any_of(vendors_.begin(), vendors_.end(), [&](const std::string& one) {
    return equal_ascii_ignoring_case(one, vendor);
  });
  if (!known) vendors_.emplace_back(vendor);
}

Names::Query Names::split_vendor(std::string_view text) const {
  Query query{text, {}};
  for (const std::string& vendor : vendors_) {
    const std::size_t size = vendor.size();
    if (size <= query.vendor.size() || text.size() < size + 2) continue;
    const bool ends = text[size] == ' ' || text[size] == ':';
    if (ends && equal_ascii_ignoring_case(text.substr(0, size), vendor)) {
      query = {trim(text.substr(size + 1)), text.substr(0, size)};
    }
  }
  return query;
}

Resolution Names::by_label(const Query& query) const {
  const auto found = exact_.find(ascii_lower(query.text));
  if (found == exact_.end()) return {};
  std::vector<NameMatch> owners;
  std::vector<NameMatch> others;
  for (const std::size_t index : found->second) {
    const Listing& listing = listings_[index];
    if (listing.own) continue;
    if (listing.name == nullptr) {
      if (!query.vendor.empty()) continue;
      add_match(others,
                {listing.entry, listing.variant, nullptr,
                 fmt::format("{} is also called so", listing.entry->title), Confidence::possible});
      continue;
    }
    const VendorName& name = *listing.name;
    if (!query.fits(name)) continue;
    NameMatch match{listing.entry, listing.variant, &name, "exact label of " + name.vendor};
    if (name.relation != NameRelation::same) {
      match.why +=
          fmt::format(" ({})", enum_names(name.relation)[static_cast<std::size_t>(name.relation)]);
    }
    if (!owns(name)) match.confidence = Confidence::likely;
    // A label that is given to anything says little, even where one page lists it.
    if (listing.label.generic) match.confidence = Confidence::possible;
    add_match(owns(name) ? owners : others, std::move(match));
  }
  if (owners.empty()) return decide(std::move(others));
  Resolution out = decide(std::move(owners));
  if (out.kind == Resolution::Kind::one) say_also_listed(others, out.matches.front());
  return out;
}

Resolution Names::by_own_name(std::string_view text) const {
  const auto found = exact_.find(ascii_lower(text));
  if (found == exact_.end()) return {};
  std::vector<NameMatch> matches;
  for (const std::size_t index : found->second) {
    const Listing& listing = listings_[index];
    if (!listing.own) continue;
    std::string why = fmt::format("family name {}", family_of(*listing.entry));
    if (listing.variant != nullptr) why += ", variant " + listing.variant->id;
    add_match(matches, {listing.entry, listing.variant, nullptr, std::move(why)});
  }
  return decide(std::move(matches));
}

Resolution Names::resolve(std::string_view text, std::string_view vendor) const {
  const std::string clean = collapse_white_space(text.substr(0, label_bytes_max));
  if (clean.empty()) return {};
  Query query{clean, vendor};
  Resolution found = by_label(query);
  if (found.kind == Resolution::Kind::unknown) found = by_own_name(clean);
  if (found.kind == Resolution::Kind::unknown && vendor.empty()) {
    query = split_vendor(clean);
    if (!query.vendor.empty()) found = by_label(query);
  }
  Label label = parse_label(query.text, query.vendor);
  if (found.kind == Resolution::Kind::unknown) {
    found = Grammar(*this, query.vendor, label).answer();
  }
  found.label = std::move(label);
  return found;
}

std::vector<std::string> Names::nearest(std::string_view text) const {
  struct Offer {
    std::size_t distance;  // of the families or of the whole names, whichever is nearer
    std::size_t whole;
    std::string_view name;
  };
  const std::string asked = ascii_lower(collapse_white_space(text.substr(0, label_bytes_max)));
  const std::string family = parse_label(asked).family;
  std::vector<Offer> found;
  for (const Listing& listing : listings_) {
    const std::string lower = ascii_lower(listing.text.substr(0, label_bytes_max));
    const std::string& other = listing.label.family;
    const std::size_t whole = edit_distance(asked, lower);
    std::size_t distance = whole;
    bool near = distance <= std::max<std::size_t>(2, lower.size() / 4);
    if (!family.empty() && !other.empty()) {
      const std::size_t families = edit_distance(family, other);
      near = near || families <= std::max<std::size_t>(1, other.size() / 3);
      distance = std::min(distance, families);
    }
    if (near) found.push_back({distance, whole, listing.text});
  }
  std::sort(found.begin(), found.end(), [](const Offer& a, const Offer& b) {
    return std::tie(a.distance, a.whole, a.name) < std::tie(b.distance, b.whole, b.name);
  });
  std::vector<std::string> out;
  for (const Offer& offer : found) {
    if (out.size() == nearest_max) break;
    if (std::find(out.begin(), out.end(), offer.name) == out.end()) out.emplace_back(offer.name);
  }
  return out;
}

Resolution resolve(const Encyclopedia& encyclopedia, std::string_view label) {
  const Names names(encyclopedia);
  Resolution found = names.resolve(label);
  if (found.kind == Resolution::Kind::unknown) found.nearest = names.nearest(label);
  return found;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, label_bytes_max);
  b = b.substr(0, label_bytes_max);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace antidotary::entries
