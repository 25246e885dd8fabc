// MISP: a galaxy cluster (what threats there are and what they are called) and events (what to look
// for). Schemas: schema_clusters.json of misp-galaxy, the event schema of MISP 2.4.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/json.h"
#include "core/text.h"
#include "publish/exports/export.h"
#include "publish/exports/terms.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

Json references(const entries::Entry& entry) {
  Json::Array out;
  std::vector<std::string> seen;
  for (const auto& [id, source] : entry.sources) {
    if (std::find(seen.begin(), seen.end(), source.url) != seen.end()) continue;
    seen.push_back(source.url);
    out.emplace_back(source.url);
  }
  return out;
}

Json related(const std::string& name, std::string_view type) {
  return Json::Object{
      {"dest-uuid", uuid_of("misp/" + name)},
      {"tags", Json::Array{Json("estimative-language:likelihood-probability=\"almost-certain\"")}},
      {"type", type}};
}

Json cluster_value(const entries::Entry& entry, const entries::Variant* variant) {
  const std::string name = variant == nullptr ? entry.id : entry.id + "." + variant->id;
  const entries::Dated& date = variant == nullptr ? entry.discovered : variant->discovered;
  Json::Object meta = {{"refs", references(entry)}};
  const std::vector<std::string> synonyms = synonyms_of(entry, variant);
  if (!synonyms.empty()) meta.emplace_back("synonyms", json_list(synonyms));
  if (!entry.classes.empty()) meta.emplace_back("type", json_list(entry.classes));
  if (!date.date.empty()) meta.emplace_back("date", date.date);
  Json::Array links;
  if (variant != nullptr) links.push_back(related(entry.id, "variant-of"));
  for (const auto& relation : entry.relations) {
    if (variant == nullptr && relation.kind == "similar") {
      links.push_back(related(relation.to, "similar"));
    }
  }
  Json::Object out = {{"description", entry.summary}, {"meta", std::move(meta)}};
  if (!links.empty()) out.emplace_back("related", std::move(links));
  out.emplace_back("uuid", uuid_of("misp/" + name));
  out.emplace_back("value", variant == nullptr ? entry.title : variant->title);
  return out;
}

struct Type {
  std::string_view type;
  std::string_view category;
};

// In the order of Property; an empty type is said together with another or not at all.
constexpr std::array<Type, 16> types = {{
    {"", ""},
    {"filename", "Artifacts dropped"},
    {"size-in-bytes", "Other"},
    {"md5", "Payload delivery"},
    {"sha1", "Payload delivery"},
    {"sha256", "Payload delivery"},
    {"regkey", "Persistence mechanism"},
    {"", ""},
    {"", ""},
    {"email-src", "Payload delivery"},
    {"email-subject", "Payload delivery"},
    {"email-body", "Payload delivery"},
    {"email-attachment", "Payload delivery"},
    {"mutex", "Artifacts dropped"},
    {"domain", "Network activity"},
    {"port", "Network activity"},
}};

// Each attribute alarms by itself: a size, a port, or "Hi" as a subject convicts nobody.
bool alarms(Property property) {
  switch (property) {
    case Property::file_size:
    case Property::port:
    case Property::mail_from:
    case Property::mail_subject:
    case Property::mail_body:
      return false;
    default:
      return true;
  }
}

// What the event compares is literal, so Windows stands on its usual drive.
std::vector<std::string> values(const Term& term) { return values_on_disk(term, "C:"); }

// Every `left` with every value of the term; `left` alone where there is no such term.
std::vector<std::string> paired(const std::vector<std::string>& left, char joint,
                                const Term* term) {
  if (term == nullptr) return left;
  std::vector<std::string> out;
  for (const std::string& a : left) {
    for (const std::string& b : values(*term)) out.push_back(a + joint + b);
  }
  return out;
}

// A term in MISP's words: a file's name has its folder, a key its value and data.
std::vector<std::string> values_of(const Terms& terms, const Term& term) {
  if (term.property == Property::file_name) {
    const Term* folder = find_term(terms, Property::file_directory);
    return folder == nullptr ? term.any_of : paired(values(*folder), '\\', &term);
  }
  if (term.property == Property::registry_key) {
    const auto names = paired(values(term), '\\', find_term(terms, Property::registry_value));
    return paired(names, '|', find_term(terms, Property::registry_data));
  }
  std::vector<std::string> out = term.any_of;
  if (term.property == Property::port) {
    for (std::string& text : out) text = text.substr(0, text.find('/'));
  }
  return out;
}

class Attributes {
 public:
  Attributes(const entries::Entry& entry, std::string timestamp)
      : entry_(entry), timestamp_(std::move(timestamp)) {}

  void add(const entries::Variant& variant, const entries::Change& change) {
    const Terms terms = terms_of(change);
    const std::string comment = fmt::format(
        "{}: {} ({} evidence)", variant.title, change.id,
        entries::enum_names(change.evidence)[static_cast<std::size_t>(change.evidence)]);
    if (terms.empty()) {
      attribute({"text", "Other"}, change.summary(), false, comment, variant, change);
      return;
    }
    for (const Term& term : terms) {
      Type type = types[static_cast<std::size_t>(term.property)];
      if (type.type.empty()) continue;
      if (term.property == Property::registry_key &&
          find_term(terms, Property::registry_data) != nullptr) {
        type.type = "regkey|value";
      }
      for (const std::string& text : values_of(terms, term)) {
        const bool looks =
            change.evidence != entries::Grade::weak && !has_wildcard(text) && alarms(term.property);
        attribute(type, text, looks, comment, variant, change);
      }
    }
  }

  void add_links() {
    for (const auto& [id, source] : entry_.sources) {
      push({"link", "External analysis"}, source.url, false, source.publisher, id);
    }
  }

  Json::Array take() { return std::move(out_); }

 private:
  void attribute(const Type& type, const std::string& value, bool looks, const std::string& comment,
                 const entries::Variant& variant, const entries::Change& change) {
    push(type, value, looks, comment, variant.id + "/" + change.id);
  }

  void push(const Type& type, const std::string& value, bool looks, const std::string& comment,
            const std::string& name) {
    const std::string id = fmt::format("misp/{}/{}/{}/{}", entry_.id, name, type.type, value);
    out_.emplace_back(Json::Object{{"uuid", uuid_of(id)},
                                   {"type", type.type},
                                   {"category", type.category},
                                   {"to_ids", looks},
                                   {"distribution", "5"},
                                   {"timestamp", timestamp_},
                                   {"comment", comment},
                                   {"value", value}});
  }

  const entries::Entry& entry_;
  std::string timestamp_;
  Json::Array out_;
};

Json event(const ExportRequest& request, const Chosen& chosen) {
  const entries::Entry& entry = *chosen.entry;
  const std::string timestamp = std::to_string(request.made_unix_s);
  Attributes attributes(entry, timestamp);
  for (const entries::Variant* variant : chosen.variants()) {
    for (const auto& change : variant->changes) attributes.add(*variant, *change);
  }
  attributes.add_links();
  const bool one = chosen.only.size() == 1 && !chosen.only.front()->discovered.date.empty();
  const std::string& date = one ? chosen.only.front()->discovered.date : entry.discovered.date;
  std::string day = timestamp_of(date);
  if (day.empty()) day = timestamp_of(request.made_unix_s);
  const std::string organisation = "Antidotary";
  Json::Object inner = {
      {"uuid", uuid_of("misp-event/" + chosen.id())},
      {"info", chosen.title() + ": " + entry.summary},
      {"date", day.substr(0, 10)},
      {"threat_level_id", "4"},
      {"published", false},
      {"analysis", entry.status == entries::Status::draft ? "0" : "2"},
      {"distribution", "0"},
      {"timestamp", timestamp},
      {"publish_timestamp", "0"},
      {"Orgc", Json::Object{{"name", organisation}, {"uuid", uuid_of("organisation")}}},
      {"Attribute", attributes.take()},
      {"Tag",
       Json::Array{Json(Json::Object{{"name", "misp-galaxy:antidotary=\"" + entry.title + "\""},
                                     {"colour", "#0f766e"},
                                     {"exportable", true}})}}};
  return Json::Object{{"Event", std::move(inner)}};
}

}  // namespace

Result<std::vector<ExportFile>> export_misp_galaxy(const ExportRequest& request) {
  Json::Array values;
  for (const Chosen& chosen : request.chosen) {
    values.push_back(cluster_value(*chosen.entry, nullptr));
    for (const entries::Variant* variant : chosen.variants()) {
      values.push_back(cluster_value(*chosen.entry, variant));
    }
  }
  const Json cluster =
      Json::Object{{"authors", Json::Array{Json("Antidotary")}},
                   {"category", "malware"},
                   {"description",
                    "Families and variants of the Antidotary encyclopedia, with the labels that "
                    "vendors gave them; labels given by mistake are left out."},
                   {"name", "Antidotary"},
                   {"source", "Antidotary encyclopedia"},
                   {"type", "antidotary"},
                   {"uuid", uuid_of("misp-galaxy")},
                   {"values", std::move(values)},
                   {"version", 1}};
  return one_file("antidotary.json", cluster.dump() + "\n");
}

Result<std::vector<ExportFile>> export_misp_event(const ExportRequest& request) {
  if (request.chosen.size() == 1) {
    return one_file("antidotary-event.json", event(request, request.chosen.front()).dump() + "\n");
  }
  // What MISP's own search answers with: several events in one object.
  Json::Array events;
  for (const Chosen& chosen : request.chosen) events.push_back(event(request, chosen));
  return one_file("antidotary-events.json",
                  Json(Json::Object{{"response", std::move(events)}}).dump() + "\n");
}

}  // namespace antidotary::publish
