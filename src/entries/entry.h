// Entry: the encyclopedia's article on one family of threats, as read from its folder.
//
// An entry owns its variants and changes; everything that points into it (diagnoses, plans, pages)
// must not outlive the Encyclopedia that holds it. Format: docs/formats/entry.md.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "entries/change.h"

namespace antidotary::entries {

enum class Status : std::uint8_t { draft, tested, stable };
std::span<const std::string_view> enum_names(Status);

/// How a vendor's label relates to what it is listed under.
enum class NameRelation : std::uint8_t {
  same,      ///< The vendor's name for exactly this.
  generic,   ///< A label for several variants or families.
  overlaps,  ///< Partly this, partly another variant.
  mistaken,  ///< Named so by mistake: the label looks like another family's.
};
std::span<const std::string_view> enum_names(NameRelation);

struct Source {
  std::string id;
  std::string url;
  std::string publisher;
  std::string kind;
  std::string language;  ///< Empty is English.
  /// What keeps it checkable once its page is gone; each may be empty.
  std::string read;            ///< The day on which it was read: "2026-08-01".
  std::string archive;         ///< Address of a copy.
  std::string excerpt_sha256;  ///< Of the passage that was used, lower-case hexadecimal.
  Place place;
};

struct VendorName {
  std::string vendor;
  std::string label;
  NameRelation relation = NameRelation::same;
  std::string note;
  std::vector<std::string> sources;
  Place place;
};

/// A sentence with its sources. `topic` groups facts: "overview", "payload", "harvest" ...
struct Fact {
  std::string topic;
  std::string text;
  std::vector<std::string> sources;
  Place place;
};

struct Payload {
  std::string type;
  std::string trigger;
  std::string description;
  std::vector<std::string> sources;
  Place place;
};

struct Transmission {
  std::string method;
  std::string description;
  std::vector<std::string> sources;
  Place place;
};

struct BulletinReference {
  std::string id;  ///< "ms02-015": an entry under encyclopedia/bulletins.
  std::string note;
  std::vector<std::string> sources;
  Place place;
  std::vector<std::string> variants = {};  ///< Ids of those that use it; empty: not told apart.

  bool concerns(std::string_view variant_id) const {
    return variants.empty() ||
           std::find(variants.begin(), variants.end(), variant_id) != variants.end();
  }
};

struct Relation {
  std::string to;    ///< Entry id.
  std::string kind;  ///< "mistaken-for", "rival", "drops", "similar".
  std::string note;
  std::vector<std::string> sources;
  Place place;
};

/// One input of the computed rating: 0 none to 3 high, with the reason and the sources.
struct RatingInput {
  std::uint32_t value = 0;
  std::string why;
  std::vector<std::string> sources;
  Place place;
};

struct VendorRating {
  std::string vendor;
  std::string text;  ///< As the vendor said it: "Medium (Yellow Alert)".
  std::vector<std::string> sources;
  Place place;
};

struct Dated {
  /// ISO: "2003-08-01", "2003-11" or "2003" as far as the source says it; empty: no source does.
  std::string date;
  std::string note;
  std::vector<std::string> sources;
  Place place;
};

/// Another variant that the published facts cannot tell from this one.
struct Confusable {
  std::string variant;
  std::string why;
  Place place;
};

struct Variant {
  std::string id;     ///< "a"; unique in the entry; the file is variants/<id>.toml.
  std::string title;  ///< "Win32/Mimail.A".
  Dated discovered;
  std::vector<VendorName> names;
  std::vector<Confusable> confusable;
  std::string named_only;  ///< Why no change can be checked; empty where some can.
  ChangeList changes;
  std::vector<Payload> payloads;
  std::vector<Fact> facts;
  std::vector<VendorRating> vendor_ratings;
  Place place;

  const Change* find(std::string_view change_id) const;
  /// True where at least one change is checkable().
  bool checkable() const;
};

struct Ratings {
  RatingInput prevalence;  ///< How many computers, how widely.
  RatingInput damage;      ///< What is lost or given away.
  RatingInput spread;      ///< How easily it travels.
  RatingInput recovery;    ///< How hard it is to be rid of it.
};

struct Affected {
  std::vector<std::string> systems;
  std::vector<std::string> software;
  std::vector<std::string> not_affected;
  std::vector<std::string> sources;
  Place place;
};

struct Entry {
  std::string id;     ///< "win32/mimail": its folder below the encyclopedia.
  std::string title;  ///< "Win32/Mimail".
  Status status = Status::draft;
  std::string summary;
  std::vector<std::string> classes;  ///< "worm/mass-mailer".
  Dated discovered;
  std::string circulating;  ///< "yes when published", "unknown".
  Affected affected;
  std::vector<VendorName> names;
  /// Words that sources use for the family without saying whose label it is: "Sapphire". They lead
  /// to the entry; they are no vendor's label.
  std::vector<std::string> also_called;
  std::vector<BulletinReference> bulletins;
  std::vector<Relation> relations;
  Ratings ratings;
  std::vector<VendorRating> vendor_ratings;
  std::vector<Transmission> transmissions;
  std::vector<Payload> payloads;
  std::vector<Fact> facts;
  std::map<std::string, Source> sources;
  std::vector<Variant> variants;
  /// Prose by heading, in the file's order: "Overview", "Technical analysis", "Prevention",
  /// "Symptoms", "Recovery". Markdown.
  std::vector<std::pair<std::string, std::string>> sections;
  std::vector<std::uint32_t> section_lines;  ///< Line of each section's heading.
  Place place;

  const Variant* find(std::string_view variant_id) const;
};

/// A security bulletin: encyclopedia/bulletins/<id>.toml.
struct Bulletin {
  std::string id;  ///< "ms02-015".
  std::string title;
  std::string date;
  std::vector<std::string> cves;
  std::string kb;
  std::vector<std::string> products;
  std::string allows;
  std::string note;      ///< What of this no source was read for.
  std::string severity;  ///< As its publisher rated it; empty where not known.
  std::vector<std::string> supersedes;
  std::vector<std::string> superseded_by;
  std::vector<std::string> not_affected;
  std::vector<std::string> threats;  ///< Ids of entries that the bulletin's own sources name.
  std::vector<std::string> sources;  ///< Addresses.
  Place place;
};

/// A word of the trade: encyclopedia/glossary/<id>.toml.
struct Term {
  std::string id;  ///< "mass-mailer".
  std::string title;
  std::string definition;
  std::vector<std::string> see;  ///< Ids of other terms.
  std::vector<std::string> sources;
  Place place;
};

}  // namespace antidotary::entries
