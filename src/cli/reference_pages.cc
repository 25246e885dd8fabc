// Reference pages, laid out on sheets.
#include "cli/reference_pages.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "publish/html/leaf.h"
#include "publish/parts.h"
#include "publish/posture.h"

namespace antidotary::cli {
namespace {

using entries::Bulletin;
using entries::Encyclopedia;
using entries::Entry;
using publish::Sheet;
using publish::Tone;
using publish::Words;

bool holds(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

bool concerns(const Bulletin& bulletin, const Entry& entry) {
  const bool named = std::any_of(entry.bulletins.begin(), entry.bulletins.end(),
                                 [&](const auto& one) { return one.id == bulletin.id; });
  return named || holds(bulletin.threats, entry.id);
}

void add_threat(Sheet& sheet, const Entry& entry) {
  sheet.item("-", Words(entry.title, Tone::bold) + ": " + entry.summary);
  sheet.paragraph(Words("antidotary explain " + entry.id, Tone::faint), 4);
}

std::string names_of(const std::vector<std::string>& ids) {
  std::vector<std::string> names;
  for (const std::string& id : ids) names.push_back(publish::bulletin_name(id));
  return join(names, ", ");
}

void add_sources(Sheet& sheet, const std::vector<std::string>& sources) {
  if (!sources.empty()) sheet.heading("Sources");
  for (const std::string& source : sources) sheet.item("-", source);
}

std::string bulletin_page(const Encyclopedia& encyclopedia, const Bulletin& bulletin,
                          const publish::Paper& paper) {
  Sheet sheet(paper);
  sheet.title(publish::bulletin_name(bulletin.id) + ": " + bulletin.title);
  sheet.blank();
  std::vector<std::pair<Words, Words>> table = {{"Published", bulletin.date},
                                                {"Allows", bulletin.allows}};
  const auto add = [&table](std::string_view name, const std::string& text) {
    if (!text.empty()) table.emplace_back(name, text);
  };
  add("Severity", bulletin.severity);
  add("CVE", join(bulletin.cves, ", "));
  if (!bulletin.kb.empty()) add("Article", "KB" + bulletin.kb);
  add("Products", join(bulletin.products, ", "));
  add("Not affected", join(bulletin.not_affected, ", "));
  add("Replaces", names_of(bulletin.supersedes));
  add("Replaced by", names_of(bulletin.superseded_by));
  const std::vector<std::string> chain = successors(encyclopedia, bulletin);
  if (!chain.empty()) {
    add("Install", publish::bulletin_name(chain.back()) + ", which holds this fix too");
  }
  add("Note", bulletin.note);
  sheet.rows(table);
  sheet.heading("Threats that use it");
  bool any = false;
  for (const Entry& entry : encyclopedia.entries()) {
    if (!concerns(bulletin, entry)) continue;
    any = true;
    add_threat(sheet, entry);
  }
  if (!any) sheet.paragraph("None in this encyclopedia.");
  add_sources(sheet, bulletin.sources);
  return sheet.take();
}

std::string weakness_page(const Encyclopedia& encyclopedia, const std::string& cve,
                          const publish::Paper& paper) {
  Sheet sheet(paper);
  std::vector<const Bulletin*> found;
  for (const Bulletin& bulletin : encyclopedia.bulletins()) {
    if (holds(bulletin.cves, cve)) found.push_back(&bulletin);
  }
  if (found.empty()) return {};
  sheet.title(cve);
  sheet.heading("Mended by");
  for (const Bulletin* bulletin : found) {
    sheet.item("-", Words(publish::bulletin_name(bulletin->id), Tone::bold) + " (" +
                        bulletin->date + "): " + bulletin->title);
    sheet.paragraph(bulletin->allows, 4);
    const std::vector<std::string> chain = successors(encyclopedia, *bulletin);
    if (!chain.empty()) sheet.paragraph("Replaced by " + names_of(chain) + ".", 4);
  }
  sheet.heading("Threats that use what it mends");
  bool any = false;
  for (const Entry& entry : encyclopedia.entries()) {
    if (std::none_of(found.begin(), found.end(),
                     [&](const Bulletin* one) { return concerns(*one, entry); })) {
      continue;
    }
    any = true;
    add_threat(sheet, entry);
  }
  if (!any) sheet.paragraph("None in this encyclopedia.");
  return sheet.take();
}

// An entry belongs to a term where its class says so: "worm/mass-mailer".
bool is_of_class(const Entry& entry, const entries::Term& term) {
  return std::any_of(entry.classes.begin(), entry.classes.end(), [&](const std::string& name) {
    const std::vector<std::string_view> parts = split(name, '/');
    return std::find(parts.begin(), parts.end(), term.id) != parts.end();
  });
}

std::string term_page(const Encyclopedia& encyclopedia, const entries::Term& term,
                      const publish::Paper& paper) {
  Sheet sheet(paper);
  sheet.title(term.title);
  sheet.blank();
  sheet.paragraph(term.definition);
  std::vector<std::string> related = term.see;
  for (const entries::Term& other : encyclopedia.terms()) {
    if (holds(other.see, term.id) && !holds(related, other.id)) related.push_back(other.id);
  }
  if (!related.empty()) {
    sheet.heading("See also");
    for (const std::string& id : related) {
      const entries::Term* other = encyclopedia.find_term(id);
      if (other == nullptr) continue;
      sheet.item("-", Words(other->title, Tone::bold) + ": " + other->definition);
    }
  }
  bool first = true;
  for (const Entry& entry : encyclopedia.entries()) {
    if (!is_of_class(entry, term)) continue;
    if (std::exchange(first, false)) sheet.heading("Entries of this class");
    sheet.item("-", Words(entry.title, Tone::bold) + ": " + entry.summary);
  }
  add_sources(sheet, term.sources);
  return sheet.take();
}

void add_labels(Sheet& sheet, const std::string& title, const std::string& vendor,
                const std::vector<entries::VendorName>& names) {
  for (const entries::VendorName& name : names) {
    if (publish::usual_vendor(name.vendor) != vendor) continue;
    sheet.item("-", Words(name.label, Tone::bold) + ": " + title);
  }
}

std::string vendor_page(const Encyclopedia& encyclopedia, const std::string& vendor,
                        const publish::Paper& paper) {
  Sheet sheet(paper);
  sheet.title("Names by " + vendor);
  for (const Entry& entry : encyclopedia.entries()) {
    add_labels(sheet, entry.title, vendor, entry.names);
    for (const auto& variant : entry.variants) {
      add_labels(sheet, variant.title, vendor, variant.names);
    }
  }
  return sheet.take();
}

}  // namespace

std::vector<std::string> successors(const Encyclopedia& encyclopedia, const Bulletin& bulletin) {
  std::vector<std::string> chain;
  const Bulletin* now = &bulletin;
  while (now != nullptr && !now->superseded_by.empty()) {
    const std::string& next = now->superseded_by.back();
    if (next == bulletin.id || holds(chain, next)) break;
    chain.push_back(next);
    now = encyclopedia.find_bulletin(next);
  }
  return chain;
}

std::string reference_page(const Encyclopedia& encyclopedia, const publish::Subject& subject,
                           const publish::Paper& paper) {
  if (subject.bulletin != nullptr) return bulletin_page(encyclopedia, *subject.bulletin, paper);
  if (subject.check != nullptr) return publish::page(encyclopedia, *subject.check, paper);
  if (subject.term != nullptr) return term_page(encyclopedia, *subject.term, paper);
  if (!subject.weakness.empty()) return weakness_page(encyclopedia, subject.weakness, paper);
  return vendor_page(encyclopedia, subject.vendor, paper);
}

}  // namespace antidotary::cli
