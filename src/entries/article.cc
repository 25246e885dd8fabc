// Article: which keys each table of an entry has.
#include "entries/article.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "entries/front_matter.h"
#include "entries/kinds.h"
#include "entries/table.h"

namespace antidotary::entries {
namespace {

void read_schema(Table& table) {
  const std::uint64_t version = table.required_number("schema");
  if (version == schema_version || !table.has("schema")) return;
  table.problem("schema", fmt::format("schema {} is not one that this build reads", version),
                fmt::format("Write `schema = {}`, or use a newer antidotary.", schema_version));
}

Dated read_dated(Table& table, std::string_view key) {
  Dated dated;
  dated.place = table.place();
  table.table(key, [&](Table& inner) {
    dated.date = inner.text("date");
    dated.note = inner.text("note");
    if (!inner.has("date") && dated.note.empty()) {
      inner.problem("date", "there is neither a date nor a note",
                    "Write the date as far as a source gives it (\"2003-08-01\", \"2003-08\", "
                    "\"2003\"), or a note that none does.");
    }
    dated.sources = inner.texts("source");
    dated.place = inner.place();
  });
  return dated;
}

std::vector<VendorName> read_names(Table& table) {
  std::vector<VendorName> out;
  table.each("name", [&](Table& inner) {
    VendorName name;
    name.vendor = inner.required_text("vendor");
    name.label = inner.required_text("label");
    name.relation =
        static_cast<NameRelation>(inner.one_of("relation", enum_names(NameRelation{}), 0));
    name.note = inner.text("note");
    name.sources = inner.texts("source");
    name.place = inner.place();
    out.push_back(std::move(name));
  });
  return out;
}

std::vector<Payload> read_payloads(Table& table) {
  std::vector<Payload> out;
  table.each("payload", [&](Table& inner) {
    Payload payload;
    payload.type = inner.required_text("type");
    payload.trigger = inner.required_text("trigger");
    payload.description = inner.required_text("description");
    payload.sources = inner.texts("source");
    payload.place = inner.place();
    out.push_back(std::move(payload));
  });
  return out;
}

std::vector<Fact> read_facts(Table& table) {
  std::vector<Fact> out;
  table.each("fact", [&](Table& inner) {
    out.push_back({inner.required_text("topic"), inner.required_text("text"), inner.texts("source"),
                   inner.place()});
  });
  return out;
}

std::vector<VendorRating> read_vendor_ratings(Table& table) {
  std::vector<VendorRating> out;
  table.each("vendor_rating", [&](Table& inner) {
    out.push_back({inner.required_text("vendor"), inner.required_text("text"),
                   inner.texts("source"), inner.place()});
  });
  return out;
}

void read_ratings(Table& table, Ratings& ratings) {
  const auto input = [](Table& outer, std::string_view key, RatingInput& out) {
    outer.require(key);
    outer.table(key, [&](Table& inner) {
      const std::uint64_t value = inner.required_number("value");
      out.value = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, 1000));
      out.why = inner.required_text("why");
      out.sources = inner.texts("source");
      out.place = inner.place();
    });
  };
  table.require("rating");
  table.table("rating", [&](Table& inner) {
    input(inner, "prevalence", ratings.prevalence);
    input(inner, "damage", ratings.damage);
    input(inner, "spread", ratings.spread);
    input(inner, "recovery", ratings.recovery);
  });
}

void read_affected(Table& table, Affected& affected) {
  affected.place = table.place();
  table.require("affected");
  table.table("affected", [&](Table& inner) {
    affected.systems = inner.texts("systems");
    affected.software = inner.texts("software");
    affected.not_affected = inner.texts("not_affected");
    affected.sources = inner.texts("source");
    affected.place = inner.place();
  });
}

void read_references(Table& table, Entry& entry) {
  static constexpr std::array<std::string_view, 4> relation_names = {"mistaken-for", "rival",
                                                                     "drops", "similar"};
  table.each("bulletin", [&](Table& inner) {
    entry.bulletins.push_back({inner.required_text("id"), inner.text("note"), inner.texts("source"),
                               inner.place(), inner.texts("variants")});
  });
  table.each("relation", [&](Table& inner) {
    Relation relation;
    relation.to = inner.required_text("to");
    inner.require("kind");
    relation.kind = relation_names[inner.one_of("kind", relation_names, 3)];
    relation.note = inner.text("note");
    relation.sources = inner.texts("source");
    relation.place = inner.place();
    entry.relations.push_back(std::move(relation));
  });
  table.each("transmission", [&](Table& inner) {
    entry.transmissions.push_back({inner.required_text("method"),
                                   inner.required_text("description"), inner.texts("source"),
                                   inner.place()});
  });
  table.each_member("sources", [&](const std::string& id, Table& inner) {
    Source source;
    source.id = id;
    source.url = inner.required_text("url");
    source.publisher = inner.required_text("publisher");
    source.kind = inner.required_text("kind");
    source.language = inner.text("language");
    source.read = inner.text("read");
    source.archive = inner.text("archive");
    source.excerpt_sha256 = inner.text("excerpt_sha256");
    source.place = inner.place();
    entry.sources.emplace(id, std::move(source));
  });
}

void read_changes(Table& table, Variant& variant) {
  for (const Kind* kind : kinds()) {
    table.each(kind->name, [&](Table& inner) {
      std::unique_ptr<Change> change = kind->read(inner);
      change->id = inner.required_text("id");
      inner.require("evidence");
      change->evidence = static_cast<Grade>(inner.one_of("evidence", enum_names(Grade{}), 0));
      change->sources = inner.texts("source");
      change->note = inner.text("note");
      change->before = inner.texts("before");
      change->keep = inner.text("keep");
      change->place = inner.place();
      variant.changes.push_back(std::move(change));
    });
  }
  std::stable_sort(variant.changes.begin(), variant.changes.end(),
                   [](const auto& a, const auto& b) { return a->place.line < b->place.line; });
}

}  // namespace

Entry read_entry(const SourceFile& file, std::vector<Problem>& problems) {
  Entry entry;
  entry.place = {file.path, 1, 1};
  const auto parts = split_front_matter(file, problems);
  if (!parts) return entry;
  entry.sections = parts->sections;
  entry.section_lines = parts->section_lines;
  const auto root = parse_toml(parts->toml, file.path, problems);
  if (!root) return entry;
  Table table(*root, "the front matter", file.path, problems);
  read_schema(table);
  entry.id = table.required_text("id");
  entry.title = table.required_text("title");
  table.require("status");
  entry.status = static_cast<Status>(table.one_of("status", enum_names(Status{}), 0));
  entry.summary = table.required_text("summary");
  table.require("class");
  entry.classes = table.texts("class");
  table.require("discovered");
  entry.discovered = read_dated(table, "discovered");
  entry.circulating = table.required_text("circulating");
  read_affected(table, entry.affected);
  entry.names = read_names(table);
  entry.also_called = table.texts("also_called");
  read_ratings(table, entry.ratings);
  entry.vendor_ratings = read_vendor_ratings(table);
  entry.payloads = read_payloads(table);
  entry.facts = read_facts(table);
  read_references(table, entry);
  table.finish();
  return entry;
}

Variant read_variant(const SourceFile& file, std::vector<Problem>& problems) {
  Variant variant;
  variant.place = {file.path, 1, 1};
  const auto root = parse_toml(file.text, file.path, problems);
  if (!root) return variant;
  Table table(*root, "the variant", file.path, problems);
  read_schema(table);
  variant.id = table.required_text("id");
  variant.title = table.required_text("title");
  variant.discovered = read_dated(table, "discovered");
  variant.named_only = table.text("named_only");
  variant.names = read_names(table);
  table.each("confusable", [&](Table& inner) {
    variant.confusable.push_back(
        {inner.required_text("variant"), inner.required_text("why"), inner.place()});
  });
  variant.payloads = read_payloads(table);
  variant.facts = read_facts(table);
  variant.vendor_ratings = read_vendor_ratings(table);
  read_changes(table, variant);
  table.finish();
  return variant;
}

Term read_term(const SourceFile& file, std::vector<Problem>& problems) {
  Term term;
  term.place = {file.path, 1, 1};
  const auto root = parse_toml(file.text, file.path, problems);
  if (!root) return term;
  Table table(*root, "the term", file.path, problems);
  term.id = table.required_text("id");
  term.title = table.required_text("title");
  term.definition = table.required_text("definition");
  term.see = table.texts("see");
  term.sources = table.texts("sources");
  table.finish();
  return term;
}

Bulletin read_bulletin(const SourceFile& file, std::vector<Problem>& problems) {
  Bulletin bulletin;
  bulletin.place = {file.path, 1, 1};
  const auto root = parse_toml(file.text, file.path, problems);
  if (!root) return bulletin;
  Table table(*root, "the bulletin", file.path, problems);
  if (table.has("schema")) read_schema(table);
  bulletin.id = table.required_text("id");
  bulletin.title = table.required_text("title");
  bulletin.date = table.required_text("date");
  bulletin.cves = table.texts("cves");
  bulletin.kb = table.text("kb");
  bulletin.products = table.texts("products");
  bulletin.allows = table.required_text("allows");
  bulletin.note = table.text("note");
  bulletin.severity = table.text("severity");
  bulletin.supersedes = table.texts("supersedes");
  bulletin.not_affected = table.texts("not_affected");
  bulletin.threats = table.texts("threats");
  bulletin.superseded_by = table.texts("superseded_by");
  bulletin.sources = table.texts("sources");
  table.finish();
  return bulletin;
}

}  // namespace antidotary::entries
