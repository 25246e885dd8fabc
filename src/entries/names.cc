// Names: exact labels, then our own names, then grammar, then the nearest.
//
// A label that the encyclopedia lists always beats a guess from family and letter, because letters
// differ between vendors: Trend Micro's WORM_MIMAIL.R is everybody else's Mydoom.A.
#include "entries/names.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "core/text.h"
#include "entries/label.h"

namespace antidotary::entries {
namespace {

constexpr std::size_t nearest_max = 5;

bool equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           const auto lower = [](char c) {
             return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
           };
           return lower(x) == lower(y);
         });
}

std::string_view family_of(const Entry& entry) {
  const std::string_view title = entry.title;
  return title.substr(title.rfind('/') + 1);
}

bool owns(const VendorName& name) {
  return name.relation == NameRelation::same || name.relation == NameRelation::mistaken;
}

/// Runs `visit(entry, variant or null, vendor name)` over every listed label.
template <class Visit>
void each_label(const Encyclopedia& encyclopedia, Visit&& visit) {
  for (const Entry& entry : encyclopedia.entries()) {
    for (const VendorName& name : entry.names) visit(entry, nullptr, name);
    for (const Variant& variant : entry.variants) {
      for (const VendorName& name : variant.names) visit(entry, &variant, name);
    }
  }
}

void add(std::vector<NameMatch>& matches, NameMatch match) {
  const bool known = std::any_of(matches.begin(), matches.end(), [&](const NameMatch& other) {
    return other.entry == match.entry && other.variant == match.variant;
  });
  if (!known) matches.push_back(std::move(match));
}

/// One place is an answer; the family and variants of it are the family; else candidates.
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
  out.matches = std::move(matches);
  return out;
}

/// The query, and the vendor that it names in front of the label, if it names one.
struct Query {
  std::string_view text;
  std::string_view vendor;
  bool fits(const VendorName& name) const { return vendor.empty() || equal(vendor, name.vendor); }
};

Query split_vendor(const Encyclopedia& encyclopedia, std::string_view text) {
  Query query{text, {}};
  each_label(encyclopedia, [&](const Entry&, const Variant*, const VendorName& name) {
    const std::size_t size = name.vendor.size();
    if (size <= query.vendor.size() || text.size() < size + 2) return;
    const bool ends = text[size] == ' ' || text[size] == ':';
    if (ends && equal(text.substr(0, size), name.vendor)) {
      query = {trim(text.substr(size + 1)), text.substr(0, size)};
    }
  });
  return query;
}

Resolution by_label(const Encyclopedia& encyclopedia, const Query& query) {
  std::vector<NameMatch> owners;
  std::vector<NameMatch> others;
  each_label(encyclopedia, [&](const Entry& entry, const Variant* variant, const VendorName& name) {
    if (!query.fits(name) || !equal(name.label, query.text)) return;
    NameMatch match{&entry, variant, &name, "exact label of " + name.vendor};
    if (name.relation != NameRelation::same) {
      match.why +=
          fmt::format(" ({})", enum_names(name.relation)[static_cast<std::size_t>(name.relation)]);
    }
    add(owns(name) ? owners : others, std::move(match));
  });
  return decide(owners.empty() ? std::move(others) : std::move(owners));
}

Resolution by_own_name(const Encyclopedia& encyclopedia, std::string_view text) {
  std::vector<NameMatch> matches;
  for (const Entry& entry : encyclopedia.entries()) {
    const std::string_view family = family_of(entry);
    if (equal(text, entry.id) || equal(text, entry.title) || equal(text, family)) {
      add(matches, {&entry, nullptr, nullptr, fmt::format("family name {}", family)});
      continue;
    }
    for (const std::string_view head : {std::string_view(entry.id), family}) {
      if (text.size() < head.size() + 2 || !equal(text.substr(0, head.size()), head)) continue;
      const char joint = text[head.size()];
      if (joint != '.' && joint != ' ' && joint != '/') continue;
      for (const Variant& variant : entry.variants) {
        if (!equal(text.substr(head.size() + 1), variant.id)) continue;
        add(matches, {&entry, &variant, nullptr,
                      fmt::format("family name {}, variant {}", family, variant.id)});
      }
    }
  }
  return decide(std::move(matches));
}

/// What the encyclopedia says about one family and letter, with who says it.
class Grammar {
 public:
  Grammar(const Encyclopedia& encyclopedia, const Query& query)
      : query_(query), label_(parse_label(query.text)) {
    for (const Entry& entry : encyclopedia.entries()) {
      if (!equal(parse_label(entry.title).family, label_.family)) continue;
      families_.push_back(&entry);
      add_own(entry);
    }
    each_label(encyclopedia, [&](const Entry& entry, const Variant* variant,
                                 const VendorName& name) { add_listed(entry, variant, name); });
  }

  Resolution answer() const {
    if (label_.family.empty()) return {};
    if (!query_.vendor.empty() && !of_vendor_.empty()) return decide(of_vendor_);
    if (!same_dialect_.empty()) return decide(same_dialect_);
    if (same_letter_.size() > 1) return decide(same_letter_);
    if (same_letter_.size() == 1) return single();
    if (!families_.empty()) return family("");
    return alias();
  }

 private:
  void add_own(const Entry& entry) {
    if (label_.variant.empty()) {
      add(same_letter_, {&entry, nullptr, nullptr, family_words(entry)});
      own_ = true;
      return;
    }
    const Variant* variant = entry.find(label_.variant);
    if (variant == nullptr) return;
    own_ = true;
    add(same_letter_, {&entry, variant, nullptr,
                       fmt::format("{}, variant {}", family_words(entry), variant->id)});
  }

  void add_listed(const Entry& entry, const Variant* variant, const VendorName& name) {
    // A generic label says no letter; one that overlaps is still that vendor's word for this.
    if (name.relation == NameRelation::generic) return;
    const Label listed = parse_label(name.label);
    if (listed.family.empty() || listed.family != label_.family) return;
    NameMatch match{&entry, variant, nullptr,
                    fmt::format("{} of {} is listed there", name.label, name.vendor)};
    if (listed.variant != label_.variant) {
      if (name.relation == NameRelation::same) add(same_family_, std::move(match));
      return;
    }
    if (equal(name.vendor, query_.vendor)) add(of_vendor_, match);
    const bool dialect = listed.same_dialect(label_) && !label_.plain();
    if (dialect) add(same_dialect_, match);
    // A mistake is one vendor's: it says nothing about another's letter.
    mistaken_ = mistaken_ || name.relation == NameRelation::mistaken;
    add(same_letter_, std::move(match));
  }

  // One place is listed for this family and letter, by another vendor than the label's.
  Resolution single() const {
    const NameMatch& match = same_letter_.front();
    if (own_ || families_.empty()) return decide(same_letter_);
    if (mistaken_ || match.entry != families_.front()) {
      std::vector<NameMatch> both = {
          {families_.front(), nullptr, nullptr,
           family_words(*families_.front()) + fmt::format("; no variant {}", label_.variant)}};
      add(both, match);
      return decide(std::move(both));
    }
    if (label_.plain()) return decide(same_letter_);
    return family("; " + match.why + " under another letter");
  }

  Resolution family(const std::string& hint) const {
    std::vector<NameMatch> matches;
    for (const Entry* entry : families_) {
      std::string why = family_words(*entry);
      if (!label_.variant.empty()) why += fmt::format("; no variant {} is known", label_.variant);
      add(matches, {entry, nullptr, nullptr, why + hint});
    }
    return decide(std::move(matches));
  }

  // No entry has the family's name, but labels do ("I-Worm.Paylap").
  Resolution alias() const {
    if (same_family_.size() < 2) {
      std::vector<NameMatch> matches = same_family_;
      // The listed letter is not the asked one: the entry is certain, the variant is not.
      if (!matches.empty() && !label_.variant.empty() && matches.front().variant != nullptr) {
        matches.front().variant = nullptr;
        matches.front().why += "; the variant is not known by that letter";
      }
      return decide(std::move(matches));
    }
    std::vector<NameMatch> entries;
    for (const NameMatch& match : same_family_) {
      add(entries, {match.entry, nullptr, nullptr, match.why});
    }
    return decide(label_.variant.empty() ? same_family_ : std::move(entries));
  }

  std::string family_words(const Entry& entry) const {
    return fmt::format("family name {}", family_of(entry));
  }

  const Query& query_;
  Label label_;
  bool own_ = false;
  bool mistaken_ = false;
  std::vector<const Entry*> families_;
  std::vector<NameMatch> of_vendor_;
  std::vector<NameMatch> same_dialect_;
  std::vector<NameMatch> same_letter_;
  std::vector<NameMatch> same_family_;
};

std::vector<std::string> nearest_to(const Encyclopedia& encyclopedia, std::string_view text) {
  struct Offer {
    std::size_t distance;  // of the families or of the whole names, whichever is nearer
    std::size_t whole;
    std::string name;
  };
  const std::string asked = ascii_lower(text);
  const std::string family = parse_label(text).family;
  std::vector<Offer> found;
  const auto offer = [&](std::string_view name) {
    const std::string lower = ascii_lower(name.substr(0, label_bytes_max));
    const std::string other = parse_label(name).family;
    const std::size_t whole = edit_distance(asked, lower);
    std::size_t distance = whole;
    bool near = distance <= std::max<std::size_t>(2, lower.size() / 4);
    if (!family.empty() && !other.empty()) {
      const std::size_t families = edit_distance(family, other);
      near = near || families <= std::max<std::size_t>(1, other.size() / 3);
      distance = std::min(distance, families);
    }
    if (near) found.push_back({distance, whole, std::string(name)});
  };
  for (const Entry& entry : encyclopedia.entries()) {
    offer(entry.title);
    for (const Variant& variant : entry.variants) offer(variant.title);
  }
  each_label(encyclopedia,
             [&](const Entry&, const Variant*, const VendorName& name) { offer(name.label); });
  std::sort(found.begin(), found.end(), [](const Offer& a, const Offer& b) {
    return std::tie(a.distance, a.whole, a.name) < std::tie(b.distance, b.whole, b.name);
  });
  std::vector<std::string> out;
  for (Offer& candidate : found) {
    if (out.size() == nearest_max) break;
    if (std::find(out.begin(), out.end(), candidate.name) == out.end()) {
      out.push_back(std::move(candidate.name));
    }
  }
  return out;
}

}  // namespace

Resolution resolve(const Encyclopedia& encyclopedia, std::string_view label) {
  const std::string clean = collapse_white_space(label.substr(0, label_bytes_max));
  if (clean.empty()) return {};
  const Query whole{clean, {}};
  if (Resolution found = by_label(encyclopedia, whole); found.kind != Resolution::Kind::unknown) {
    return found;
  }
  if (Resolution found = by_own_name(encyclopedia, clean);
      found.kind != Resolution::Kind::unknown) {
    return found;
  }
  const Query query = split_vendor(encyclopedia, clean);
  if (!query.vendor.empty()) {
    Resolution found = by_label(encyclopedia, query);
    if (found.kind != Resolution::Kind::unknown) return found;
  }
  Resolution found = Grammar(encyclopedia, query).answer();
  if (found.kind == Resolution::Kind::unknown) found.nearest = nearest_to(encyclopedia, clean);
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
