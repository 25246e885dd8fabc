// VariantLeaf: the page of one variant: each change with its remedy beside it.
#include <fmt/core.h>

#include "core/text.h"
#include "publish/html/entry_parts.h"
#include "publish/variant_json.h"

namespace antidotary::publish {
namespace {

using entries::Entry;
using entries::Variant;

std::string neighbours(const Place& place, const Entry& entry, const Variant& variant) {
  if (place.alone() || entry.variants.size() < 2) return "";
  std::string out = "<nav class=\"contents\" aria-label=\"Variants\"><ol class=\"bare\">";
  for (const Variant& other : entry.variants) {
    const std::string letter = html_text(other.title.substr(other.title.rfind('.') + 1));
    const bool here = &other == &variant;
    out += here ? "<li><b aria-current=\"page\">" + letter + "</b></li>"
                : "<li>" + place.link(address_of(entry, other), letter) + "</li>";
  }
  return out + "</ol></nav>\n";
}

}  // namespace

Leaf variant_leaf(const Place& place, const Entry& entry, const Variant& variant) {
  Footnotes notes(entry);
  std::string summary = "A variant of " + entry.title + ". " + entry.summary;
  std::string body = "<article class=\"entry variant\">\n<header class=\"masthead\">\n";
  body += fmt::format("<p class=\"up\">{}</p>\n<h1>{}</h1>\n<p class=\"summary\">{}</p>\n",
                      place.link(address_of(entry), html_text(entry.title)),
                      html_text(variant.title), place.prose(summary));
  if (!variant.named_only.empty()) {
    body += "<p class=\"status draft\"><b>Named only.</b> " + place.prose(variant.named_only) +
            "</p>\n";
  }
  body += "</header>\n<dl class=\"glance\">\n";
  body += row("Discovered", date_text(variant.discovered) + notes.cite(variant.discovered.sources));
  body += row("Family",
              place.link(address_of(entry), html_text(entry.title)) + " " + threat_badge(entry));
  for (const auto& confusable : variant.confusable) {
    const Variant* other = entry.find(confusable.variant);
    if (other == nullptr) continue;
    body += row("Easily taken for", place.link(address_of(entry, *other), html_text(other->title)) +
                                        ". " + place.prose(confusable.why));
  }
  body += "</dl>\n" + neighbours(place, entry, variant);
  body += ledger(place, notes, variant) + names(place, notes, variant);
  const std::string rows = payload_rows(place, notes, variant.payloads, "");
  if (!rows.empty()) body += heading("payload", "Payload") + payload_table(rows);
  if (!variant.facts.empty()) {
    body += heading("facts", "What else is known") + facts(place, notes, variant.facts, false);
  }
  const std::string conflicts = facts(place, notes, variant.facts, true);
  if (!conflicts.empty()) body += heading("disagreements", "Where sources disagree") + conflicts;
  if (!variant.vendor_ratings.empty()) {
    body += heading("rating", "Rating") + vendor_ratings(notes, variant.vendor_ratings);
  }
  body += removal_steps(place, entry, &variant);
  body += heading("sources", "Sources") + notes.list();
  return {variant.title, std::move(summary), body + "</article>\n",
          variant_json(entry, variant).dump() + "\n"};
}

}  // namespace antidotary::publish
