// Parts: names, rating, facts, payloads, changes, sources.
#include "publish/parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "entries/ratings.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

std::string_view relation_in_words(entries::NameRelation relation) {
  switch (relation) {
    case entries::NameRelation::same:
      break;
    case entries::NameRelation::generic:
      return "a name for several threats";
    case entries::NameRelation::overlaps:
      return "partly this, partly another variant";
    case entries::NameRelation::mistaken:
      return "a mistaken name";
  }
  return "";
}

struct NameRow {
  const entries::VendorName* name = nullptr;
  const entries::Variant* variant = nullptr;
};

Words label_text(Citations& citations, const NameRow& row) {
  Words text = Words(row.name->label, Tone::bold);
  if (row.variant != nullptr) text += ": " + row.variant->title;
  return text + citations.cite(row.name->sources);
}

void add_name_rows(Sheet& sheet, Citations& citations, std::vector<NameRow> names) {
  std::stable_sort(names.begin(), names.end(), [](const NameRow& a, const NameRow& b) {
    return fold_case(a.name->vendor) < fold_case(b.name->vendor);
  });
  std::vector<std::pair<Words, Words>> table;
  std::string_view last;
  for (const NameRow& row : names) {
    const bool again = row.name->vendor == last;
    table.emplace_back(again ? "" : row.name->vendor, label_text(citations, row));
    last = row.name->vendor;
  }
  sheet.rows(table);
  bool headed = false;
  for (const NameRow& row : names) {
    const std::string_view relation = relation_in_words(row.name->relation);
    if (relation.empty() && row.name->note.empty()) continue;
    if (!headed) sheet.subheading("Names that need care");
    headed = true;
    std::string text = row.name->label + " (" + row.name->vendor + ")";
    if (!relation.empty()) text += ": " + std::string(relation);
    if (!row.name->note.empty()) text += (relation.empty() ? ": " : "; ") + row.name->note;
    sheet.item("-", citations.said(text, row.name->sources));
  }
}

void add_change(Sheet& sheet, Citations& citations, const Kind& kind,
                const entries::Change& change) {
  std::vector<std::pair<Words, Words>> table;
  for (const auto& [label, text] : kind.render(change)) {
    table.emplace_back(label, table.empty() ? Words(text, Tone::bold) : Words(text));
  }
  table.emplace_back("Evidence",
                     citations.said(entries::enum_names(
                                        change.evidence)[static_cast<std::size_t>(change.evidence)],
                                    change.sources));
  if (!change.note.empty()) table.emplace_back("Note", change.note);
  sheet.rows(table, 4);
}

}  // namespace

Words Citations::cite(const std::vector<std::string>& ids) {
  if (ids.empty()) return {};
  used_.insert(ids.begin(), ids.end());
  return Words(" ") + Words("[" + join(ids, ", ") + "]", Tone::faint);
}

Words Citations::said(std::string_view text, const std::vector<std::string>& ids) {
  return Words(text) + cite(ids);
}

void Citations::list(Sheet& sheet) const {
  if (used_.empty()) return;
  sheet.heading("Sources");
  for (const std::string& id : used_) {
    const auto source = entry_.sources.find(id);
    if (source == entry_.sources.end()) {
      sheet.item("[" + id + "]", "not in the entry's list of sources");
      continue;
    }
    std::string text = source->second.publisher + ", " + source->second.kind;
    if (!source->second.language.empty()) text += " (in " + source->second.language + ")";
    sheet.item("[" + id + "]", text);
    sheet.paragraph(Words(source->second.url, Tone::faint), 4);
  }
}

void add_names(Sheet& sheet, Citations& citations, const entries::Entry& entry) {
  std::vector<NameRow> names;
  for (const auto& name : entry.names) names.push_back({&name, nullptr});
  for (const auto& variant : entry.variants) {
    for (const auto& name : variant.names) names.push_back({&name, &variant});
  }
  if (names.empty()) return;
  sheet.heading("Names");
  sheet.paragraph("Vendors name threats each in their own way; these names mean this one.");
  sheet.blank();
  add_name_rows(sheet, citations, std::move(names));
}

void add_names(Sheet& sheet, Citations& citations, const entries::Variant& variant) {
  if (variant.names.empty()) return;
  std::vector<NameRow> names;
  for (const auto& name : variant.names) names.push_back({&name, nullptr});
  sheet.heading("Names");
  add_name_rows(sheet, citations, std::move(names));
}

void add_rating(Sheet& sheet, Citations& citations, const entries::Entry& entry) {
  const auto rating = entries::rate(entry.ratings);
  struct Row {
    const char* name;
    const entries::RatingInput& input;
    std::uint32_t weight;
  };
  const std::array<Row, 4> inputs = {{{"Prevalence", entry.ratings.prevalence, 2},
                                      {"Damage", entry.ratings.damage, 3},
                                      {"Spread", entry.ratings.spread, 3},
                                      {"Recovery", entry.ratings.recovery, 2}}};
  sheet.heading("Rating");
  std::vector<std::pair<Words, Words>> table;
  for (const Row& row : inputs) {
    const auto value = std::min(row.input.value, entries::rating_input_max);
    const std::string sum = fmt::format("{} x {} = {}, {}", row.weight, value, row.weight * value,
                                        entries::input_word(value));
    table.emplace_back(
        row.name, Words(sum) + citations.said(row.input.why.empty() ? "" : ": " + row.input.why,
                                              row.input.sources));
  }
  const auto threat = enum_names(rating.threat)[static_cast<std::size_t>(rating.threat)];
  table.emplace_back("Together",
                     Words(fmt::format("{} of 30: {}", rating.points, threat), Tone::bold));
  sheet.rows(table);
  sheet.blank();
  sheet.paragraph("Below 10 is low, below 18 medium, below 25 high, from 25 severe.");
  add_vendor_ratings(sheet, citations, entry.vendor_ratings);
}

void add_vendor_ratings(Sheet& sheet, Citations& citations,
                        const std::vector<entries::VendorRating>& ratings) {
  if (ratings.empty()) return;
  sheet.subheading("What vendors said of it");
  std::vector<std::pair<Words, Words>> table;
  for (const auto& rating : ratings) {
    table.emplace_back(rating.vendor, citations.said(rating.text, rating.sources));
  }
  sheet.rows(table, 4);
}

void add_facts(Sheet& sheet, Citations& citations, const std::vector<entries::Fact>& facts) {
  std::vector<std::pair<Words, Words>> table;
  for (const auto& fact : facts) {
    table.emplace_back(label_of(fact.topic), citations.said(fact.text, fact.sources));
  }
  sheet.rows(table, 4);
}

void add_payloads(Sheet& sheet, Citations& citations,
                  const std::vector<entries::Payload>& payloads) {
  for (const auto& payload : payloads) {
    std::vector<std::pair<Words, Words>> table = {
        {"What", Words(payload.type, Tone::bold)},
        {"Trigger", payload.trigger.empty() ? "unknown" : payload.trigger},
        {"Effect", citations.said(payload.description, payload.sources)}};
    if (&payload != &payloads.front()) sheet.blank();
    sheet.rows(table, 4);
  }
}

void add_changes(Sheet& sheet, Citations& citations, const entries::Variant& variant) {
  for (const Kind* kind : kinds()) {
    bool headed = false;
    for (const auto& change : variant.changes) {
      if (change->kind() != kind->name) continue;
      if (!headed) sheet.subheading(kind->heading);
      if (headed) sheet.blank();
      headed = true;
      add_change(sheet, citations, *kind, *change);
    }
  }
}

std::string bulletin_name(std::string_view id) {
  std::string out(id);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string label_of(std::string_view topic) {
  std::string out(topic);
  std::replace(out.begin(), out.end(), '-', ' ');
  std::replace(out.begin(), out.end(), '_', ' ');
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') {
    out[0] = static_cast<char>(out[0] - 'a' + 'A');
  }
  return out;
}

}  // namespace antidotary::publish
