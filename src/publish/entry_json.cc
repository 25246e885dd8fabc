// EntryJson: an entry as JSON, schema antidotary-entry/1: what the page says, for programs.
#include "entries/ratings.h"
#include "publish/kinds.h"
#include "publish/page.h"
#include "publish/variant_json.h"

namespace antidotary::publish {
namespace {

Json::Object dated(const entries::Dated& date) {
  Json::Object out = {{"date", date.date}};
  if (!date.note.empty()) out.emplace_back("note", date.note);
  out.emplace_back("source", json_list(date.sources));
  return out;
}

template <class List, class Describe>
Json list_of(const List& list, Describe describe) {
  Json::Array out;
  for (const auto& item : list) out.emplace_back(describe(item));
  return out;
}

Json names(const std::vector<entries::VendorName>& list) {
  return list_of(list, [](const entries::VendorName& name) {
    Json::Object out = {
        {"vendor", name.vendor},
        {"label", name.label},
        {"relation", enum_names(name.relation)[static_cast<std::size_t>(name.relation)]}};
    if (!name.note.empty()) out.emplace_back("note", name.note);
    out.emplace_back("source", json_list(name.sources));
    return out;
  });
}

Json facts(const std::vector<entries::Fact>& list) {
  return list_of(list, [](const entries::Fact& fact) {
    return Json::Object{
        {"topic", fact.topic}, {"text", fact.text}, {"source", json_list(fact.sources)}};
  });
}

Json payloads(const std::vector<entries::Payload>& list) {
  return list_of(list, [](const entries::Payload& payload) {
    return Json::Object{{"type", payload.type},
                        {"trigger", payload.trigger},
                        {"description", payload.description},
                        {"source", json_list(payload.sources)}};
  });
}

Json vendor_ratings(const std::vector<entries::VendorRating>& list) {
  return list_of(list, [](const entries::VendorRating& rating) {
    return Json::Object{
        {"vendor", rating.vendor}, {"text", rating.text}, {"source", json_list(rating.sources)}};
  });
}

Json rating(const entries::Ratings& inputs) {
  const auto input = [](const entries::RatingInput& one) {
    return Json::Object{
        {"value", std::uint64_t{one.value}}, {"why", one.why}, {"source", json_list(one.sources)}};
  };
  const auto computed = entries::rate(inputs);
  return Json::Object{
      {"threat", enum_names(computed.threat)[static_cast<std::size_t>(computed.threat)]},
      {"points", std::uint64_t{computed.points}},
      {"prevalence", input(inputs.prevalence)},
      {"damage", input(inputs.damage)},
      {"spread", input(inputs.spread)},
      {"recovery", input(inputs.recovery)}};
}

Json change(const entries::Change& one) {
  Json out = Json::Object{
      {"id", one.id},
      {"kind", one.kind()},
      {"evidence", entries::enum_names(one.evidence)[static_cast<std::size_t>(one.evidence)]},
      {"checkable", one.checkable()}};
  if (const Kind* kind = find_kind(one.kind())) kind->describe(one, out);
  if (!one.note.empty()) out.set("note", one.note);
  if (!one.before.empty()) out.set("before", json_list(one.before));
  if (!one.keep.empty()) out.set("keep", one.keep);
  out.set("source", json_list(one.sources));
  return out;
}

Json variant(const entries::Variant& one) {
  Json::Object out = {{"id", one.id},
                      {"title", one.title},
                      {"discovered", dated(one.discovered)},
                      {"names", names(one.names)}};
  if (!one.named_only.empty()) out.emplace_back("named_only", one.named_only);
  out.emplace_back("confusable", list_of(one.confusable, [](const entries::Confusable& other) {
                     return Json::Object{{"variant", other.variant}, {"why", other.why}};
                   }));
  Json::Array changes;
  for (const auto& each : one.changes) changes.push_back(change(*each));
  out.emplace_back("changes", std::move(changes));
  out.emplace_back("payloads", payloads(one.payloads));
  out.emplace_back("facts", facts(one.facts));
  out.emplace_back("vendor_ratings", vendor_ratings(one.vendor_ratings));
  return out;
}

Json bulletins(const entries::Encyclopedia& encyclopedia, const entries::Entry& entry) {
  return list_of(entry.bulletins, [&](const entries::BulletinReference& reference) {
    Json::Object out = {{"id", reference.id}};
    if (const auto* bulletin = encyclopedia.find_bulletin(reference.id)) {
      out.emplace_back("title", bulletin->title);
      out.emplace_back("date", bulletin->date);
      out.emplace_back("cves", json_list(bulletin->cves));
    }
    if (!reference.note.empty()) out.emplace_back("note", reference.note);
    out.emplace_back("source", json_list(reference.sources));
    return out;
  });
}

void add_lists(Json::Object& out, const entries::Entry& entry) {
  out.emplace_back("relations", list_of(entry.relations, [](const entries::Relation& relation) {
                     return Json::Object{{"to", relation.to},
                                         {"kind", relation.kind},
                                         {"note", relation.note},
                                         {"source", json_list(relation.sources)}};
                   }));
  out.emplace_back("rating", rating(entry.ratings));
  out.emplace_back("vendor_ratings", vendor_ratings(entry.vendor_ratings));
  out.emplace_back("transmissions",
                   list_of(entry.transmissions, [](const entries::Transmission& way) {
                     return Json::Object{{"method", way.method},
                                         {"description", way.description},
                                         {"source", json_list(way.sources)}};
                   }));
  out.emplace_back("payloads", payloads(entry.payloads));
  out.emplace_back("facts", facts(entry.facts));
}

Json sources(const entries::Entry& entry) {
  Json::Array out;
  for (const auto& [id, source] : entry.sources) {
    out.emplace_back(Json::Object{{"id", id},
                                  {"url", source.url},
                                  {"publisher", source.publisher},
                                  {"kind", source.kind},
                                  {"language", source.language},
                                  {"read", source.read},
                                  {"archive", source.archive},
                                  {"excerpt_sha256", source.excerpt_sha256}});
  }
  return out;
}

}  // namespace

Json entry_json(const entries::Encyclopedia& encyclopedia, const entries::Entry& entry) {
  Json::Object out = {
      {"schema", "antidotary-entry/1"},
      {"entry", entry.id},
      {"title", entry.title},
      {"status", enum_names(entry.status)[static_cast<std::size_t>(entry.status)]},
      {"summary", entry.summary},
      {"class", json_list(entry.classes)},
      {"discovered", dated(entry.discovered)},
      {"circulating", entry.circulating},
      {"affected", Json::Object{{"systems", json_list(entry.affected.systems)},
                                {"software", json_list(entry.affected.software)},
                                {"not_affected", json_list(entry.affected.not_affected)},
                                {"source", json_list(entry.affected.sources)}}},
      {"names", names(entry.names)},
      {"bulletins", bulletins(encyclopedia, entry)}};
  add_lists(out, entry);
  Json::Array variants;
  for (const auto& one : entry.variants) variants.push_back(variant(one));
  out.emplace_back("variants", std::move(variants));
  Json::Object sections;
  for (const auto& [heading, text] : entry.sections) sections.emplace_back(heading, text);
  out.emplace_back("sections", std::move(sections));
  out.emplace_back("sources", sources(entry));
  return out;
}

Json variant_json(const entries::Entry& entry, const entries::Variant& one) {
  Json out = variant(one);
  out.set("schema", "antidotary-variant/1");
  out.set("entry", entry.id);
  out.set("sources", sources(entry));
  return out;
}

}  // namespace antidotary::publish
