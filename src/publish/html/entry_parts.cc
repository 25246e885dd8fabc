#include "publish/html/entry_parts.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "publish/parts.h"
#include "publish/removal.h"

namespace antidotary::publish {
namespace {

using entries::Entry;
using entries::NameRelation;
using entries::Variant;
using entries::VendorName;

std::string_view relation_in_words(NameRelation relation) {
  switch (relation) {
    case NameRelation::same:
      break;
    case NameRelation::generic:
      return "a name for several threats";
    case NameRelation::overlaps:
      return "partly this, partly another variant";
    case NameRelation::mistaken:
      return "a mistaken name";
  }
  return "";
}

struct NameRow {
  const VendorName* name = nullptr;
  const Variant* variant = nullptr;
};

std::string name_table(const Place& place, Footnotes& notes, const Entry* entry,
                       std::vector<NameRow> rows) {
  if (rows.empty()) return "<p>No source gives a vendor's name.</p>\n";
  std::stable_sort(rows.begin(), rows.end(), [](const NameRow& a, const NameRow& b) {
    return fold_case(a.name->vendor) < fold_case(b.name->vendor);
  });
  std::string out =
      "<table class=\"names\"><thead><tr><th scope=\"col\">Vendor</th>"
      "<th scope=\"col\">Label</th><th scope=\"col\">Means</th></tr></thead><tbody>\n";
  for (const NameRow& row : rows) {
    const VendorName& name = *row.name;
    std::string means = "this family";
    if (row.variant != nullptr) means = html_text(row.variant->title);
    if (row.variant != nullptr && entry != nullptr) {
      means = place.link(address_of(*entry, *row.variant), means);
    }
    if (entry == nullptr) means = "this variant";
    const std::string_view relation = relation_in_words(name.relation);
    if (!relation.empty()) {
      means += fmt::format("; <em class=\"care\">{}</em>", html_text(relation));
    }
    if (!name.note.empty()) means += ". " + place.prose(name.note);
    out += fmt::format(
        "<tr><td data-label=\"Vendor\">{}</td><th scope=\"row\" data-label=\"Label\">"
        "<code data-copy>{}</code></th><td data-label=\"Means\">{}{}</td></tr>\n",
        place.link(vendor_address(usual_vendor(name.vendor)), html_text(name.vendor)),
        html_text(name.label), means, notes.cite(name.sources));
  }
  return out + "</tbody></table>\n";
}

std::string part_html(const Place& place, const RemovalPart& part) {
  std::string out = part.is_command ? "<code data-copy>" + html_text(part.text) + "</code>"
                                    : place.prose(part.text);
  if (!part.variants.empty()) {
    out += " <span class=\"faint\">(" + html_text(part.variants) + ")</span>";
  }
  return out;
}

bool is_conflict(const entries::Fact& fact) { return fact.topic == "conflict"; }

std::string conflict_items(const Place& place, Footnotes& notes, const Variant& variant) {
  std::string out;
  for (const auto& confusable : variant.confusable) {
    out += fmt::format("<li><b>{}</b> or {}: {}</li>\n", html_text(variant.title),
                       html_text(bulletin_name(confusable.variant)), place.prose(confusable.why));
  }
  for (const VendorName& name : variant.names) {
    if (name.relation != NameRelation::mistaken && name.relation != NameRelation::overlaps)
      continue;
    out += fmt::format("<li>{} calls <b>{}</b> <code>{}</code>: {}. {}{}</li>\n",
                       html_text(name.vendor), html_text(variant.title), html_text(name.label),
                       relation_in_words(name.relation), place.prose(name.note),
                       notes.cite(name.sources));
  }
  if (!variant.discovered.note.empty()) {
    out +=
        fmt::format("<li>When <b>{}</b> was discovered: {}. {}{}</li>\n", html_text(variant.title),
                    date_text(variant.discovered), place.prose(variant.discovered.note),
                    notes.cite(variant.discovered.sources));
  }
  for (const auto& fact : variant.facts) {
    if (!is_conflict(fact)) continue;
    out += fmt::format("<li><b>{}</b>: {}{}</li>\n", html_text(variant.title),
                       place.prose(fact.text), notes.cite(fact.sources));
  }
  return out;
}

}  // namespace

std::string section_text(const Place& place, const Entry& entry, std::string_view name) {
  for (const auto& [heading, text] : entry.sections) {
    if (heading == name && !trim(text).empty()) return place.markdown(text);
  }
  return "<p>No source was read for this.</p>\n";
}

std::string status_line(const Entry& entry) {
  switch (entry.status) {
    case entries::Status::draft:
      return "<p class=\"status draft\"><b>Draft.</b> Nothing on a disk or in a message proves "
             "this one yet: the page explains, and nothing is detected or removed by it.</p>\n";
    case entries::Status::tested:
      return "<p class=\"status\"><b>Tested.</b> The changes in the tables below are made, found, "
             "removed and undone in the tests of this encyclopedia; what is told in words alone is "
             "left to you.</p>\n";
    case entries::Status::stable:
      break;
  }
  return "<p class=\"status\"><b>Stable.</b></p>\n";
}

std::string checks_for(const Place& place, const Entry& entry) {
  std::vector<std::string> ways = entry.classes;
  for (const auto& way : entry.transmissions) ways.push_back(way.method);
  std::string out;
  for (const auto& check : place.encyclopedia().checks()) {
    const bool names = std::any_of(
        check.prevents.begin(), check.prevents.end(),
        [&](const auto& id) { return std::find(ways.begin(), ways.end(), id) != ways.end(); });
    const bool patch = std::any_of(entry.bulletins.begin(), entry.bulletins.end(),
                                   [&](const auto& one) { return one.id == check.bulletin; });
    if (names || patch)
      out += "<li>" + place.link(address_of(check), html_text(check.title)) + "</li>\n";
  }
  if (out.empty()) return "";
  return "<h3>Checks that stand against it</h3>\n<ul>\n" + out +
         "</ul>\n<p class=\"command\"><code data-copy>antidotary check DISK</code></p>\n";
}

std::string names(const Place& place, Footnotes& notes, const Entry& entry) {
  std::vector<NameRow> rows;
  for (const auto& name : entry.names) rows.push_back({&name, nullptr});
  for (const auto& variant : entry.variants) {
    for (const auto& name : variant.names) rows.push_back({&name, &variant});
  }
  std::string out = heading("aliases", "Aliases");
  if (!entry.also_called.empty()) {
    out += "<p>Also called " + html_text(join(entry.also_called, ", ")) + ".</p>\n";
  }
  return out + name_table(place, notes, &entry, std::move(rows));
}

std::string names(const Place& place, Footnotes& notes, const Variant& variant) {
  std::vector<NameRow> rows;
  for (const auto& name : variant.names) rows.push_back({&name, &variant});
  return heading("aliases", "Aliases") + name_table(place, notes, nullptr, std::move(rows));
}

std::string facts(const Place& place, Footnotes& notes, const std::vector<entries::Fact>& facts,
                  bool conflicts) {
  std::string out;
  for (const auto& fact : facts) {
    if (is_conflict(fact) != conflicts) continue;
    out += row(label_of(fact.topic), place.prose(fact.text) + notes.cite(fact.sources));
  }
  return out.empty() ? "" : "<dl class=\"facts\">\n" + out + "</dl>\n";
}

std::string payload_rows(const Place& place, Footnotes& notes,
                         const std::vector<entries::Payload>& payloads, std::string_view letter) {
  std::string out;
  for (const auto& payload : payloads) {
    out += fmt::format(
        "<tr><th scope=\"row\" data-label=\"Payload\">{}{}</th><td "
        "data-label=\"Trigger\">{}</td><td data-label=\"Effect\">{}{}</td></tr>\n",
        html_text(label_of(payload.type)),
        letter.empty() ? "" : fmt::format(" <span class=\"faint\">({})</span>", html_text(letter)),
        payload.trigger.empty() ? "unknown" : place.prose(payload.trigger),
        place.prose(payload.description), notes.cite(payload.sources));
  }
  return out;
}

std::string payload_table(const std::string& rows) {
  return "<table><thead><tr><th scope=\"col\">Payload</th><th scope=\"col\">Trigger</th>"
         "<th scope=\"col\">Effect</th></tr></thead><tbody>\n" +
         rows + "</tbody></table>\n";
}

std::string vendor_ratings(Footnotes& notes, const std::vector<entries::VendorRating>& ratings) {
  if (ratings.empty()) return "";
  std::string out = "<h3>What vendors said of it</h3>\n<dl class=\"facts\">\n";
  for (const auto& rating : ratings) {
    out += row(rating.vendor, html_text(rating.text) + notes.cite(rating.sources));
  }
  return out + "</dl>\n";
}

std::string removal_steps(const Place& place, const Entry& entry, const Variant* variant) {
  const Removal removal = removal_by_hand(place.encyclopedia(), entry, variant);
  std::string out = heading("steps", "Removal by hand, step by step") + "<ol class=\"steps\">\n";
  for (const RemovalStep& step : removal.steps) {
    out += "<li><p>" + html_text(step.lead);
    if (!step.strong.empty()) out += "<b>" + html_text(step.strong) + "</b>";
    out += html_text(step.rest) + "</p>\n";
    std::string parts;
    for (const RemovalPart& part : step.parts) {
      // A family's page has no room for what is told of each variant.
      if (step.told && variant == nullptr && !part.variants.empty()) continue;
      parts += "<li>" + part_html(place, part) + "</li>\n";
    }
    if (step.told && variant == nullptr) {
      parts += "<li>What is told of one variant alone stands on its own page.</li>\n";
    }
    if (!parts.empty()) out += "<ul>\n" + parts + "</ul>\n";
    out += "</li>\n";
  }
  out += "</ol>\n";
  if (!removal.places.empty()) {
    out += "<h3>Where that is</h3>\n<dl class=\"facts\">\n";
    for (const auto& [name, meaning] : removal.places) out += row(name, html_text(meaning));
    out += "</dl>\n";
  }
  const std::string id = variant == nullptr ? entry.id : entry.id + "." + variant->id;
  return out +
         "<p>As files for the computer itself, to be read before they are used:</p>\n"
         "<p class=\"command\"><code data-copy>antidotary explain --steps --reg undo.reg "
         "--checklist steps.txt " +
         html_text(id) + "</code></p>\n";
}

std::string disagreements(const Place& place, Footnotes& notes, const Entry& entry) {
  std::string items;
  if (!entry.discovered.note.empty()) {
    items += "<li>When it was discovered: " + date_text(entry.discovered) + ". " +
             place.prose(entry.discovered.note) + notes.cite(entry.discovered.sources) + "</li>\n";
  }
  for (const auto& fact : entry.facts) {
    if (!is_conflict(fact)) continue;
    items += "<li>" + place.prose(fact.text) + notes.cite(fact.sources) + "</li>\n";
  }
  for (const Variant& variant : entry.variants) items += conflict_items(place, notes, variant);
  if (items.empty()) return "";
  return heading("disagreements", "Where sources disagree") + "<ul class=\"plain\">\n" + items +
         "</ul>\n";
}

}  // namespace antidotary::publish
