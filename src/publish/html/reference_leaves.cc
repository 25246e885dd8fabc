// ReferenceLeaves: the pages of bulletins, weaknesses, terms, checks and vendors.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "core/text.h"
#include "entries/dialects.h"
#include "publish/html/leaf.h"
#include "publish/kinds.h"
#include "publish/parts.h"

namespace antidotary::publish {
namespace {

using entries::Bulletin;
using entries::Entry;

bool holds(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

std::string head(std::string_view kind, std::string_view title, std::string_view summary) {
  std::string out = fmt::format(
      "<header class=\"masthead\">\n<p class=\"up\">{}</p>\n<h1>{}</h1>\n", kind, html_text(title));
  if (!summary.empty()) out += "<p class=\"summary\">" + html_text(summary) + "</p>\n";
  return out + "</header>\n";
}

std::string addresses(const std::vector<std::string>& sources) {
  if (sources.empty()) return "";
  std::string out = heading("sources", "Sources") + "<ol class=\"sources\">\n";
  for (const std::string& source : sources) {
    const std::string url = html_text(source);
    const bool web = source.starts_with("https://") || source.starts_with("http://");
    out += web ? fmt::format(
                     "<li><a class=\"url\" href=\"{}\" rel=\"nofollow noopener\">{}</a></li>\n",
                     url, url)
               : "<li>" + url + "</li>\n";
  }
  return out + "</ol>\n";
}

std::string bulletin_links(const Place& place, const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) out += (out.empty() ? "" : ", ") + place.bulletin(id);
  return out;
}

std::string weakness_links(const Place& place, const std::vector<std::string>& cves) {
  std::string out;
  for (const std::string& cve : cves) {
    out += (out.empty() ? "" : ", ") + place.link(weakness_address(cve), html_text(cve));
  }
  return out;
}

// What has to be installed in the end; a circle in the data ends the walk.
std::vector<std::string> chain(const entries::Encyclopedia& encyclopedia, const Bulletin& bulletin,
                               std::vector<std::string> Bulletin::*next) {
  std::vector<std::string> out;
  const Bulletin* now = &bulletin;
  while (now != nullptr && !(now->*next).empty()) {
    const std::string& id = (now->*next).back();
    if (id == bulletin.id || holds(out, id)) break;
    out.push_back(id);
    now = encyclopedia.find_bulletin(id);
  }
  return out;
}

std::string supersedence(const Place& place, const Bulletin& bulletin) {
  std::vector<std::string> before = chain(place.encyclopedia(), bulletin, &Bulletin::supersedes);
  const std::vector<std::string> after =
      chain(place.encyclopedia(), bulletin, &Bulletin::superseded_by);
  if (before.empty() && after.empty()) return "";
  std::string out = heading("chain", "Supersedence") + "<ol class=\"chain\">\n";
  std::reverse(before.begin(), before.end());
  for (const std::string& id : before) out += "<li>" + place.bulletin(id) + "</li>\n";
  out += "<li aria-current=\"true\"><b>" + html_text(bulletin_name(bulletin.id)) + "</b></li>\n";
  for (const std::string& id : after) out += "<li>" + place.bulletin(id) + "</li>\n";
  out += "</ol>\n";
  if (after.empty()) return out + "<p>No later bulletin of this encyclopedia replaces it.</p>\n";
  return out + "<p>Install <b>" + place.bulletin(after.back()) +
         "</b>, which holds this fix too.</p>\n";
}

std::string threats(const Place& place, const std::vector<const Bulletin*>& bulletins) {
  std::string items;
  for (const Entry& entry : place.encyclopedia().entries()) {
    const bool uses = std::any_of(bulletins.begin(), bulletins.end(),
                                  [&](const Bulletin* one) { return concerns(*one, entry); });
    if (uses) items += entry_item(place, entry);
  }
  if (items.empty()) return "<p>None in this encyclopedia.</p>\n";
  return "<ul class=\"entries\">\n" + items + "</ul>\n";
}

// Labels of one vendor, with what each means.
struct Labelled {
  std::string label;
  const Entry* entry = nullptr;
  const entries::Variant* variant = nullptr;
};

std::vector<Labelled> labels_of(const entries::Encyclopedia& encyclopedia,
                                const std::string& vendor) {
  std::vector<Labelled> out;
  const auto add = [&](const std::vector<entries::VendorName>& names, const Entry& entry,
                       const entries::Variant* variant) {
    for (const auto& name : names) {
      if (usual_vendor(name.vendor) == vendor) out.push_back({name.label, &entry, variant});
    }
  };
  for (const Entry& entry : encyclopedia.entries()) {
    add(entry.names, entry, nullptr);
    for (const auto& variant : entry.variants) add(variant.names, entry, &variant);
  }
  std::stable_sort(out.begin(), out.end(), [](const Labelled& a, const Labelled& b) {
    return fold_case(a.label) < fold_case(b.label);
  });
  return out;
}

std::string grammar(const entries::Dialect& dialect) {
  std::string out = "<dl class=\"glance\">\n";
  out += row("Labels look like", "<code>" + html_text(dialect.form) + "</code>");
  std::string also(dialect.also);
  std::replace(also.begin(), also.end(), '|', ';');
  std::string spaced;
  for (const char c : also) spaced += c == ';' ? std::string("; ") : std::string(1, c);
  out += row("Also written", html_text(spaced));
  out +=
      row("A number at the end", dialect.digits == entries::Digits::length
                                     ? "is the infective length in bytes, where no letter follows"
                                     : "is the number of a signature, not a variant");
  std::string engines;
  std::set<std::string_view> sources;
  for (const auto& shared : entries::shared_engines()) {
    if (shared.vendor != dialect.vendor) continue;
    engines += (engines.empty() ? "" : ", ") + html_text(shared.engine);
    sources.insert(shared.source);
  }
  for (const std::string_view source : sources) engines += " (" + html_text(source) + ")";
  return out + row("Uses the engine of", engines) + "</dl>\n";
}

}  // namespace

bool concerns(const Bulletin& bulletin, const Entry& entry) {
  const bool named = std::any_of(entry.bulletins.begin(), entry.bulletins.end(),
                                 [&](const auto& one) { return one.id == bulletin.id; });
  return named || holds(bulletin.threats, entry.id);
}

Leaf bulletin_leaf(const Place& place, const Bulletin& bulletin) {
  std::string body = head(place.link("bulletins/index.html", "Security bulletin"),
                          bulletin_name(bulletin.id) + ": " + bulletin.title, bulletin.allows);
  body += "<dl class=\"glance\">\n";
  body += row("Published", bulletin.date.empty() ? "unknown" : html_text(bulletin.date));
  body += row("Severity", html_text(bulletin.severity));
  body += row("Weaknesses", weakness_links(place, bulletin.cves));
  if (!bulletin.kb.empty()) body += row("Article", "KB" + html_text(bulletin.kb));
  body += row("Products", html_text(join(bulletin.products, ", ")));
  body += row("Not affected", html_text(join(bulletin.not_affected, ", ")));
  body += row("Replaces", bulletin_links(place, bulletin.supersedes));
  body += row("Replaced by", bulletin_links(place, bulletin.superseded_by));
  body += row("Note", html_text(bulletin.note)) + "</dl>\n";
  body += supersedence(place, bulletin);
  for (const auto& check : place.encyclopedia().checks()) {
    if (check.bulletin != bulletin.id) continue;
    body += "<p>Is it installed? " + place.link(address_of(check), html_text(check.title)) +
            ": <code data-copy>antidotary check DISK</code></p>\n";
  }
  body += heading("threats", "Threats that use what it mends") + threats(place, {&bulletin});
  Json json;
  json.set("schema", "antidotary-bulletin/1");
  json.set("id", bulletin.id);
  json.set("title", bulletin.title);
  json.set("date", bulletin.date);
  json.set("severity", bulletin.severity);
  json.set("cves", json_list(bulletin.cves));
  json.set("kb", bulletin.kb);
  json.set("products", json_list(bulletin.products));
  json.set("allows", bulletin.allows);
  json.set("supersedes", json_list(bulletin.supersedes));
  json.set("superseded_by", json_list(bulletin.superseded_by));
  json.set("not_affected", json_list(bulletin.not_affected));
  json.set("note", bulletin.note);
  json.set("sources", json_list(bulletin.sources));
  return {bulletin_name(bulletin.id) + ": " + bulletin.title, bulletin.allows,
          "<article>\n" + body + addresses(bulletin.sources) + "</article>\n", json.dump() + "\n"};
}

Leaf weakness_leaf(const Place& place, const std::string& cve) {
  std::vector<const Bulletin*> found;
  for (const Bulletin& bulletin : place.encyclopedia().bulletins()) {
    if (holds(bulletin.cves, cve)) found.push_back(&bulletin);
  }
  std::string body = head(place.link("weaknesses/index.html", "Weakness"), cve, "");
  body += heading("mended", "Mended by") + "<ul class=\"plain\">\n";
  for (const Bulletin* bulletin : found) {
    body += fmt::format("<li><b>{}</b> {} <span class=\"faint\">({})</span>. {}</li>\n",
                        place.bulletin(bulletin->id), html_text(bulletin->title),
                        html_text(bulletin->date), html_text(bulletin->allows));
  }
  body += "</ul>\n" + heading("threats", "Threats that use what it mends") + threats(place, found);
  Json json;
  json.set("schema", "antidotary-weakness/1");
  json.set("id", cve);
  std::vector<std::string> ids;
  for (const Bulletin* bulletin : found) ids.push_back(bulletin->id);
  json.set("bulletins", json_list(ids));
  return {cve, "The weakness " + cve + ": what mends it, and what uses it.",
          "<article>\n" + body + "</article>\n", json.dump() + "\n"};
}

Leaf term_leaf(const Place& place, const entries::Term& term) {
  std::string body = head(place.link("glossary/index.html", "Glossary"), term.title, "");
  body += "<p class=\"definition\">" + place.prose(term.definition) + "</p>\n";
  std::vector<std::string> related = term.see;
  for (const entries::Term& other : place.encyclopedia().terms()) {
    if (holds(other.see, term.id) && !holds(related, other.id)) related.push_back(other.id);
  }
  if (!related.empty()) body += heading("see", "See also") + "<ul class=\"plain\">\n";
  for (const std::string& id : related) {
    const entries::Term* other = place.encyclopedia().find_term(id);
    if (other == nullptr) continue;
    body += fmt::format("<li><b>{}</b>: {}</li>\n",
                        place.link(address_of(*other), html_text(other->title)),
                        html_text(other->definition));
  }
  if (!related.empty()) body += "</ul>\n";
  std::string items;
  for (const Entry& entry : place.encyclopedia().entries()) {
    const bool member =
        std::any_of(entry.classes.begin(), entry.classes.end(), [&](const auto& name) {
          const auto parts = split(name, '/');
          return std::find(parts.begin(), parts.end(), term.id) != parts.end();
        });
    if (member) items += entry_item(place, entry);
  }
  if (!items.empty()) {
    body += heading("threats", "Entries of this class") + "<ul class=\"entries\">\n" + items +
            "</ul>\n";
  }
  Json json;
  json.set("schema", "antidotary-term/1");
  json.set("id", term.id);
  json.set("title", term.title);
  json.set("definition", term.definition);
  json.set("see", json_list(term.see));
  json.set("sources", json_list(term.sources));
  return {term.title, term.definition,
          "<article>\n" + body + addresses(term.sources) + "</article>\n", json.dump() + "\n"};
}

Leaf check_leaf(const Place& place, const entries::PostureCheck& check) {
  std::string body = head(place.link("checks/index.html", "Prevention"), check.title, check.about);
  body +=
      "<div class=\"spread\">\n<div class=\"poison\">\n<p class=\"side\">Where it fails</p>\n<p>" +
      place.prose(check.risk) +
      "</p>\n</div>\n<div class=\"remedy\">\n<p class=\"side\">How to "
      "mend it</p>\n<p>" +
      place.prose(check.mend) +
      "</p>\n<p class=\"command\"><code data-copy>antidotary check "
      "DISK</code></p>\n</div>\n</div>\n";
  body += "<dl class=\"glance\">\n";
  if (!check.bulletin.empty()) body += row("Bulletin", place.bulletin(check.bulletin));
  body += row("In benchmarks", html_text(join(check.references, ", "))) + "</dl>\n";
  std::string items;
  for (const Entry& entry : place.encyclopedia().entries()) {
    bool stops = !check.bulletin.empty() &&
                 std::any_of(entry.bulletins.begin(), entry.bulletins.end(),
                             [&](const auto& one) { return one.id == check.bulletin; });
    for (const auto& way : entry.transmissions) stops = stops || holds(check.prevents, way.method);
    for (const auto& name : entry.classes) stops = stops || holds(check.prevents, name);
    if (stops) items += entry_item(place, entry);
  }
  if (!items.empty()) {
    body += heading("threats", "Threats it stands against") + "<ul class=\"entries\">\n" + items +
            "</ul>\n";
  }
  Json json;
  json.set("schema", "antidotary-check/1");
  json.set("id", check.id);
  json.set("title", check.title);
  json.set("about", check.about);
  json.set("risk", check.risk);
  json.set("mend", check.mend);
  json.set("bulletin", check.bulletin);
  json.set("prevents", json_list(check.prevents));
  json.set("references", json_list(check.references));
  json.set("sources", json_list(check.sources));
  return {check.title, check.about,
          "<article>\n" + body + addresses(check.sources) + "</article>\n", json.dump() + "\n"};
}

Leaf vendor_leaf(const Place& place, const std::string& vendor) {
  const std::vector<Labelled> labels = labels_of(place.encyclopedia(), vendor);
  std::string body = head(place.link("vendors/index.html", "Whose names"), vendor, "");
  if (const auto* dialect = entries::find_dialect(vendor)) {
    body += grammar(*dialect);
  } else {
    body +=
        "<p>How this vendor builds its labels is not in the tables; only the labels below are "
        "known.</p>\n";
  }
  body += heading("labels", "Labels in this encyclopedia");
  body +=
      "<table class=\"names\"><thead><tr><th scope=\"col\">Label</th><th scope=\"col\">Means</th>"
      "</tr></thead><tbody>\n";
  Json::Array listed;
  for (const Labelled& one : labels) {
    listed.emplace_back(Json::Object{{"label", one.label},
                                     {"entry", one.entry->id},
                                     {"variant", one.variant == nullptr ? "" : one.variant->id}});
    const std::string means =
        one.variant == nullptr
            ? place.link(address_of(*one.entry), html_text(one.entry->title))
            : place.link(address_of(*one.entry, *one.variant), html_text(one.variant->title));
    body += fmt::format(
        "<tr><th scope=\"row\" data-label=\"Label\"><code data-copy>{}</code></th>"
        "<td data-label=\"Means\">{}</td></tr>\n",
        html_text(one.label), means);
  }
  body +=
      "</tbody></table>\n<p>Any other label: <code data-copy>antidotary names resolve "
      "LABEL</code></p>\n";
  Json json;
  json.set("schema", "antidotary-vendor/1");
  json.set("vendor", vendor);
  if (const auto* dialect = entries::find_dialect(vendor)) json.set("form", dialect->form);
  json.set("labels", std::move(listed));
  return {vendor, fmt::format("{} labels by {}, and what each means.", labels.size(), vendor),
          "<article>\n" + body + "</article>\n", json.dump() + "\n"};
}

std::string usual_vendor(std::string_view vendor) {
  const entries::Dialect* dialect = entries::find_dialect(vendor);
  return std::string(dialect == nullptr ? vendor : dialect->vendor);
}

std::vector<std::string> vendors_of(const entries::Encyclopedia& encyclopedia) {
  std::set<std::string> out;
  for (const Entry& entry : encyclopedia.entries()) {
    for (const auto& name : entry.names) out.insert(usual_vendor(name.vendor));
    for (const auto& variant : entry.variants) {
      for (const auto& name : variant.names) out.insert(usual_vendor(name.vendor));
    }
  }
  return {out.begin(), out.end()};
}

}  // namespace antidotary::publish
