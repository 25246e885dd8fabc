// EntryLeaf: the page of a family: poison beside remedy, then the particulars, in the ten sections
// of the classic page.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "entries/ratings.h"
#include "publish/html/entry_parts.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/removal.h"

namespace antidotary::publish {
namespace {

using entries::Entry;
using entries::Variant;

std::string list_of(const std::vector<std::string>& texts) {
  return texts.empty() ? "unknown" : html_text(join(texts, ", "));
}

std::string at_a_glance(const Place& place, Footnotes& notes, const Entry& entry) {
  const auto rating = entries::rate(entry.ratings);
  std::string classes;
  for (const std::string& name : entry.classes) {
    classes += (classes.empty() ? "" : "<br>") + class_text(place, name);
  }
  std::size_t checkable = 0;
  for (const Variant& variant : entry.variants) checkable += variant.checkable() ? 1 : 0;
  std::string out = "<dl class=\"glance\">\n";
  out += row("Threat", fmt::format("{} <a href=\"#rating\">{} of 30</a>", threat_badge(entry),
                                   rating.points));
  out += row("Class", classes.empty() ? "unknown" : classes);
  out += row("Discovered", date_text(entry.discovered) + notes.cite(entry.discovered.sources));
  out += row("Circulating", entry.circulating.empty() ? "unknown" : html_text(entry.circulating));
  out += row("Affects", list_of(entry.affected.systems) + notes.cite(entry.affected.sources));
  if (!entry.affected.software.empty()) out += row("Software", list_of(entry.affected.software));
  if (!entry.affected.not_affected.empty()) {
    out += row("Not affected", list_of(entry.affected.not_affected));
  }
  out += row("Variants",
             fmt::format("{}, of which {} can be looked for", entry.variants.size(), checkable));
  return out + "</dl>\n";
}

// The ten sections, in their order, and what follows them.
std::string contents(const Entry& entry) {
  std::string out = "<nav class=\"contents\" aria-label=\"On this page\"><ol>";
  constexpr std::array<std::array<std::string_view, 2>, 10> ten = {
      {{"overview", "Overview"},
       {"aliases", "Aliases"},
       {"bulletins", "Bulletins"},
       {"analysis", "Analysis"},
       {"prevention", "Prevention"},
       {"symptoms", "Symptoms"},
       {"recovery", "Recovery"},
       {"transmission", "Transmission"},
       {"payload", "Payload"},
       {"registry", "Changes"}}};
  for (const auto& [id, name] : ten) {
    out += fmt::format("<li><a href=\"#{}\">{}</a></li>", id, name);
  }
  if (!entry.variants.empty()) out += "<li><a href=\"#variants\">Variants</a></li>";
  return out +
         "<li><a href=\"#rating\">Rating</a></li><li><a href=\"#sources\">Sources</a></li>"
         "</ol></nav>\n";
}

std::string spread(const Place& place, const Entry& entry) {
  std::string out =
      "<div class=\"spread\">\n<div class=\"poison\">\n<p class=\"side\">Poison</p>\n";
  out += heading("overview", "Overview") + section_text(place, entry, "Overview");
  out += heading("symptoms", "Symptoms") + section_text(place, entry, "Symptoms");
  out += "</div>\n<div class=\"remedy\">\n<p class=\"side\">Remedy</p>\n";
  out += heading("recovery", "Recovery") + section_text(place, entry, "Recovery");
  if (is_removable(entry, nullptr)) {
    out += "<p class=\"command\"><code data-copy>antidotary clean DISK</code></p>\n";
  }
  out += "<p><a href=\"#steps\">By hand, step by step</a></p>\n";
  out += heading("prevention", "Prevention") + section_text(place, entry, "Prevention");
  return out + checks_for(place, entry) + "</div>\n</div>\n";
}

std::string bulletins(const Place& place, Footnotes& notes, const Entry& entry) {
  std::string out = heading("bulletins", "Related security bulletins");
  if (entry.bulletins.empty()) return out + "<p>No source names one.</p>\n";
  out += "<ul class=\"plain\">\n";
  for (const auto& reference : entry.bulletins) {
    const entries::Bulletin* bulletin = place.encyclopedia().find_bulletin(reference.id);
    out += "<li><b>" + place.bulletin(reference.id) + "</b>";
    if (bulletin != nullptr) {
      out += fmt::format(" {} <span class=\"faint\">({})</span>", html_text(bulletin->title),
                         html_text(bulletin->date));
      std::string later;
      for (const std::string& id : bulletin->superseded_by) {
        later += (later.empty() ? "" : ", ") + place.bulletin(id);
      }
      if (!later.empty()) out += "; superseded by " + later;
    }
    if (!reference.note.empty()) out += ". " + place.prose(reference.note);
    out += notes.cite(reference.sources) + "</li>\n";
  }
  return out + "</ul>\n";
}

std::string transmission(const Place& place, Footnotes& notes, const Entry& entry) {
  std::string out = heading("transmission", "Transmission");
  if (entry.transmissions.empty()) return out + "<p>No source describes it.</p>\n";
  out +=
      "<table><thead><tr><th scope=\"col\">Method</th><th scope=\"col\">How</th></tr></thead>"
      "<tbody>\n";
  for (const auto& way : entry.transmissions) {
    out += fmt::format(
        "<tr><th scope=\"row\" data-label=\"Method\">{}</th><td data-label=\"How\">"
        "{}{}</td></tr>\n",
        place.link("transmission.html#" + slug(way.method), html_text(way.method)),
        place.prose(way.description), notes.cite(way.sources));
  }
  return out + "</tbody></table>\n";
}

std::string payload(const Place& place, Footnotes& notes, const Entry& entry) {
  std::string out = heading("payload", "Payload");
  std::string rows = payload_rows(place, notes, entry.payloads, "");
  for (const Variant& variant : entry.variants) {
    rows += payload_rows(place, notes, variant.payloads, bulletin_name(variant.id));
  }
  if (rows.empty()) return out + "<p>No source describes one.</p>\n";
  return out + payload_table(rows);
}

std::string variants(const Place& place, const Entry& entry) {
  if (entry.variants.empty()) return "";
  std::string out = heading("variants", "Variants");
  out +=
      "<table><thead><tr><th scope=\"col\">Variant</th><th scope=\"col\">Discovered</th>"
      "<th scope=\"col\">Known by</th></tr></thead><tbody>\n";
  for (const Variant& variant : entry.variants) {
    std::string mark;
    for (const auto& change : variant.changes) {
      if (!change->checkable() || change->evidence == entries::Grade::weak) continue;
      mark = "<code>" + html_path_text(change->summary()) + "</code>";
      break;
    }
    if (mark.empty()) {
      mark = "<span class=\"faint\">Named only. " + html_text(variant.named_only) + "</span>";
    }
    out += fmt::format(
        "<tr><th scope=\"row\" data-label=\"Variant\">{}</th><td "
        "data-label=\"Discovered\">{}</td><td data-label=\"Known by\">{}</td></tr>\n",
        place.link(address_of(entry, variant), html_text(variant.title)),
        date_text(variant.discovered), mark);
  }
  return out + "</tbody></table>\n";
}

std::string relations(const Place& place, Footnotes& notes, const Entry& entry) {
  if (entry.relations.empty()) return "";
  std::string out = heading("related", "Related threats") + "<ul class=\"plain\">\n";
  for (const auto& relation : entry.relations) {
    const Entry* other = place.encyclopedia().find(relation.to);
    const std::string name = other == nullptr
                                 ? html_text(relation.to)
                                 : place.link(address_of(*other), html_text(other->title));
    out += fmt::format("<li><b>{}</b> <span class=\"faint\">{}</span>. {}{}</li>\n", name,
                       html_text(label_of(relation.kind)), place.prose(relation.note),
                       notes.cite(relation.sources));
  }
  return out + "</ul>\n";
}

std::string rating(const Place& place, Footnotes& notes, const Entry& entry) {
  struct Row {
    std::string_view name;
    const entries::RatingInput& input;
    std::uint32_t weight;
  };
  const std::array<Row, 4> inputs = {{{"Prevalence", entry.ratings.prevalence, 2},
                                      {"Damage", entry.ratings.damage, 3},
                                      {"Spread", entry.ratings.spread, 3},
                                      {"Recovery", entry.ratings.recovery, 2}}};
  const auto rated = entries::rate(entry.ratings);
  std::string out = heading("rating", "Rating, with its working");
  out +=
      "<table class=\"rating\"><thead><tr><th scope=\"col\">Input</th><th scope=\"col\">Value"
      "</th><th scope=\"col\">Points</th><th scope=\"col\">Why</th></tr></thead><tbody>\n";
  for (const Row& each : inputs) {
    const auto value = std::min(each.input.value, entries::rating_input_max);
    out += fmt::format(
        "<tr><th scope=\"row\" data-label=\"Input\">{}</th><td data-label=\"Value\">"
        "<span class=\"pips p{}\" aria-hidden=\"true\"></span> {}</td><td data-label=\"Points\">"
        "{} &times; {} = {}</td><td data-label=\"Why\">{}{}</td></tr>\n",
        each.name, value, entries::input_word(value), each.weight, value, each.weight * value,
        place.prose(each.input.why), notes.cite(each.input.sources));
  }
  out += fmt::format(
      "</tbody></table>\n<p><b>{} of 30: {}</b> <span class=\"faint\">Below 10 is "
      "low, below 18 medium, below 25 high, from 25 severe.</span></p>\n",
      rated.points, threat_badge(entry));
  return out + vendor_ratings(notes, entry.vendor_ratings);
}

// Facts that are neither disagreements nor said elsewhere on the page.
std::string analysis(const Place& place, Footnotes& notes, const Entry& entry) {
  std::string out = heading("analysis", "Technical analysis");
  out += section_text(place, entry, "Technical analysis");
  return out + facts(place, notes, entry.facts, false);
}

}  // namespace

Leaf entry_leaf(const Place& place, const Entry& entry) {
  Footnotes notes(entry);
  std::string body = "<article class=\"entry\">\n<header class=\"masthead\">\n";
  body += fmt::format("<h1>{}</h1>\n<p class=\"summary\">{}</p>\n{}", html_text(entry.title),
                      place.prose(entry.summary), status_line(entry));
  body += "</header>\n" + at_a_glance(place, notes, entry) + contents(entry);
  body += spread(place, entry);
  body += names(place, notes, entry);
  body += bulletins(place, notes, entry);
  body += analysis(place, notes, entry);
  body += transmission(place, notes, entry);
  body += payload(place, notes, entry);
  body += change_tables(place, notes, entry);
  body += variants(place, entry);
  body += removal_steps(place, entry, nullptr);
  body += disagreements(place, notes, entry);
  body += relations(place, notes, entry);
  body += rating(place, notes, entry);
  body += heading("sources", "Sources") + notes.list();
  body += "</article>\n";
  return {entry.title, entry.summary, std::move(body),
          entry_json(place.encyclopedia(), entry).dump() + "\n"};
}

}  // namespace antidotary::publish
