// Page: the classic encyclopedia page of a family, of a variant and of a bulletin.
#include "publish/page.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "entries/ratings.h"
#include "publish/parts.h"
#include "publish/removal.h"

namespace antidotary::publish {
namespace {

using entries::Encyclopedia;
using entries::Entry;
using entries::Variant;

std::string reference(const Entry& entry, const Variant* variant) {
  return variant == nullptr ? entry.id : entry.id + '.' + variant->id;
}

std::string date_of(const entries::Dated& dated) {
  std::string out = dated.date.empty() ? "unknown" : dated.date;
  if (!dated.note.empty()) out += " (" + dated.note + ")";
  return out;
}

std::string status_in_words(entries::Status status) {
  switch (status) {
    case entries::Status::draft:
      return "draft: read it with care";
    case entries::Status::tested:
      return "tested: its changes are proven by simulation";
    case entries::Status::stable:
      break;
  }
  return "stable";
}

void add_next_steps(Sheet& sheet, const Entry& entry, const Variant* variant) {
  sheet.heading("What to do");
  std::vector<std::pair<Words, Words>> rows;
  if (is_removable(entry, variant)) {
    rows = {{"Is a disk infected?", Words("antidotary examine DISK", Tone::bold)},
            {"Is a mailbox?", Words("antidotary scan MAILBOX", Tone::bold)},
            {"Remove it", Words("antidotary clean DISK", Tone::bold)}};
  }
  rows.emplace_back(
      "By hand", Words("antidotary explain " + reference(entry, variant) + " --steps", Tone::bold));
  sheet.rows(rows);
}

void add_prose(Sheet& sheet, const Entry& entry, std::string_view name) {
  for (const auto& [heading, text] : entry.sections) {
    if (heading != name || trim(text).empty()) continue;
    sheet.heading(heading);
    sheet.markdown(text);
  }
}

// Headings that have no place of their own in the classic order.
void add_other_prose(Sheet& sheet, const Entry& entry) {
  constexpr std::string_view placed[] = {"Overview", "Technical analysis", "Prevention", "Symptoms",
                                         "Recovery"};
  for (const auto& [heading, text] : entry.sections) {
    if (std::find(std::begin(placed), std::end(placed), heading) != std::end(placed)) continue;
    sheet.heading(heading);
    sheet.markdown(text);
  }
}

void add_at_a_glance(Sheet& sheet, Citations& citations, const Entry& entry) {
  const auto list = [](const std::vector<std::string>& texts) {
    return texts.empty() ? std::string("unknown") : join(texts, ", ");
  };
  const auto rating = entries::rate(entry.ratings);
  const auto threat = enum_names(rating.threat)[static_cast<std::size_t>(rating.threat)];
  std::vector<std::string> letters;
  for (const auto& variant : entry.variants) letters.push_back(bulletin_name(variant.id));
  std::vector<std::pair<Words, Words>> table = {
      {"Threat", Words(fmt::format("{} ({} of 30)", threat, rating.points), Tone::bold)},
      {"Class", list(entry.classes)},
      {"Discovered", citations.said(date_of(entry.discovered), entry.discovered.sources)},
      {"Circulating", entry.circulating.empty() ? "unknown" : entry.circulating},
      {"Affects", citations.said(list(entry.affected.systems), entry.affected.sources)}};
  if (!entry.affected.software.empty()) {
    table.emplace_back("Software", list(entry.affected.software));
  }
  if (!entry.affected.not_affected.empty()) {
    table.emplace_back("Not affected", list(entry.affected.not_affected));
  }
  if (!letters.empty()) table.emplace_back("Variants", join(letters, ", "));
  table.emplace_back("This page", status_in_words(entry.status));
  sheet.rows(table);
}

void add_bulletins(Sheet& sheet, Citations& citations, const Encyclopedia& encyclopedia,
                   const Entry& entry) {
  if (entry.bulletins.empty()) return;
  sheet.heading("Security bulletins");
  std::vector<std::pair<Words, Words>> table;
  for (const auto& reference : entry.bulletins) {
    const entries::Bulletin* bulletin = encyclopedia.find_bulletin(reference.id);
    Words text;
    if (bulletin != nullptr) text += bulletin->title + " (" + bulletin->date + "). ";
    text += citations.said(reference.note, reference.sources);
    table.emplace_back(Words(bulletin_name(reference.id), Tone::bold), text);
  }
  sheet.rows(table);
}

void add_transmission(Sheet& sheet, Citations& citations, const Entry& entry) {
  if (entry.transmissions.empty()) return;
  sheet.heading("Transmission");
  std::vector<std::pair<Words, Words>> table;
  for (const auto& way : entry.transmissions) {
    table.emplace_back(way.method, citations.said(way.description, way.sources));
  }
  sheet.rows(table);
}

void add_relations(Sheet& sheet, Citations& citations, const Encyclopedia& encyclopedia,
                   const Entry& entry) {
  if (entry.relations.empty()) return;
  sheet.heading("Related threats");
  std::vector<std::pair<Words, Words>> table;
  for (const auto& relation : entry.relations) {
    table.emplace_back(
        title_of(encyclopedia, relation.to, {}),
        citations.said(label_of(relation.kind) + ". " + relation.note, relation.sources));
  }
  sheet.rows(table);
}

// What can be said of one variant, without its title.
void add_variant(Sheet& sheet, Citations& citations, const Entry& entry, const Variant& variant) {
  if (!variant.named_only.empty()) {
    sheet.paragraph("Known by name only: " + variant.named_only);
  }
  for (const auto& other : variant.confusable) {
    const Variant* twin = entry.find(other.variant);
    sheet.paragraph("Cannot be told from " + (twin != nullptr ? twin->title : other.variant) +
                    ": " + other.why);
  }
  add_changes(sheet, citations, variant);
  if (!variant.facts.empty()) {
    sheet.subheading("Facts");
    add_facts(sheet, citations, variant.facts);
  }
  if (!variant.payloads.empty()) {
    sheet.subheading("Payload");
    add_payloads(sheet, citations, variant.payloads);
  }
  add_vendor_ratings(sheet, citations, variant.vendor_ratings);
}

std::string family_page(const Encyclopedia& encyclopedia, const Entry& entry, const Paper& paper) {
  Sheet sheet(paper);
  Citations citations(entry);
  sheet.title(entry.title);
  sheet.blank();
  sheet.paragraph(entry.summary);
  sheet.blank();
  add_at_a_glance(sheet, citations, entry);
  add_next_steps(sheet, entry, nullptr);
  add_prose(sheet, entry, "Overview");
  add_rating(sheet, citations, entry);
  add_names(sheet, citations, entry);
  add_relations(sheet, citations, encyclopedia, entry);
  add_bulletins(sheet, citations, encyclopedia, entry);
  add_prose(sheet, entry, "Technical analysis");
  if (!entry.facts.empty()) {
    sheet.subheading("Facts");
    add_facts(sheet, citations, entry.facts);
  }
  add_other_prose(sheet, entry);
  for (const Variant& variant : entry.variants) {
    sheet.heading("Changes of " + variant.title);
    sheet.paragraph(
        citations.said("Discovered: " + date_of(variant.discovered), variant.discovered.sources));
    add_variant(sheet, citations, entry, variant);
  }
  add_transmission(sheet, citations, entry);
  if (!entry.payloads.empty()) {
    sheet.heading("Payload");
    add_payloads(sheet, citations, entry.payloads);
  }
  add_prose(sheet, entry, "Prevention");
  add_prose(sheet, entry, "Symptoms");
  add_prose(sheet, entry, "Recovery");
  citations.list(sheet);
  return sheet.take();
}

std::string variant_page(const Entry& entry, const Variant& variant, const Paper& paper) {
  Sheet sheet(paper);
  Citations citations(entry);
  sheet.title(variant.title);
  sheet.blank();
  sheet.paragraph("A variant of " + entry.title + ". " + entry.summary);
  sheet.blank();
  sheet.rows(
      {{"Discovered", citations.said(date_of(variant.discovered), variant.discovered.sources)},
       {"The family", Words("antidotary explain " + entry.id, Tone::bold)}});
  add_next_steps(sheet, entry, &variant);
  add_names(sheet, citations, variant);
  sheet.heading("Changes");
  add_variant(sheet, citations, entry, variant);
  add_prose(sheet, entry, "Recovery");
  citations.list(sheet);
  return sheet.take();
}

bool names_bulletin(const Entry& entry, const std::string& id) {
  return std::any_of(entry.bulletins.begin(), entry.bulletins.end(),
                     [&](const auto& reference) { return reference.id == id; });
}

}  // namespace

std::string page(const Encyclopedia& encyclopedia, const Entry& entry, const Variant* variant,
                 const Paper& paper) {
  return variant == nullptr ? family_page(encyclopedia, entry, paper)
                            : variant_page(entry, *variant, paper);
}

std::string page(const Encyclopedia& encyclopedia, const entries::Bulletin& bulletin,
                 const Paper& paper) {
  Sheet sheet(paper);
  sheet.title(bulletin_name(bulletin.id) + ": " + bulletin.title);
  sheet.blank();
  std::vector<std::pair<Words, Words>> table = {
      {"Published", bulletin.date.empty() ? "unknown" : bulletin.date},
      {"Allows", bulletin.allows.empty() ? "unknown" : bulletin.allows}};
  if (!bulletin.cves.empty()) table.emplace_back("CVE", join(bulletin.cves, ", "));
  if (!bulletin.kb.empty()) table.emplace_back("Article", "KB" + bulletin.kb);
  if (!bulletin.products.empty()) table.emplace_back("Products", join(bulletin.products, ", "));
  std::vector<std::string> later;
  for (const std::string& id : bulletin.superseded_by) later.push_back(bulletin_name(id));
  if (!later.empty()) {
    table.emplace_back("Superseded by", join(later, ", ") + ": install the latest one");
  }
  sheet.rows(table);
  sheet.heading("Threats that use it");
  bool any = false;
  for (const Entry& entry : encyclopedia.entries()) {
    if (!names_bulletin(entry, bulletin.id)) continue;
    any = true;
    sheet.item("-", Words(entry.title, Tone::bold) + ": " + entry.summary);
  }
  if (!any) sheet.paragraph("None in this encyclopedia.");
  if (!bulletin.sources.empty()) sheet.heading("Sources");
  for (const std::string& address : bulletin.sources) sheet.item("-", address);
  return sheet.take();
}

std::string title_of(const Encyclopedia& encyclopedia, const std::string& entry,
                     const std::vector<std::string>& variants) {
  const Entry* found = encyclopedia.find(entry);
  const std::string family = found == nullptr ? entry : found->title;
  const auto letter = [](const std::string& id) { return bulletin_name(id); };
  if (variants.empty()) return family;
  if (variants.size() == 1) {
    const Variant* variant = found == nullptr ? nullptr : found->find(variants[0]);
    return variant == nullptr ? family + '.' + letter(variants[0]) : variant->title;
  }
  std::string list;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (i > 0) list += i + 1 == variants.size() ? " or " : ", ";
    list += letter(variants[i]);
  }
  return family + " (" + list + ")";
}

}  // namespace antidotary::publish
