// STIX 2.1: a bundle with an identity, the family and its variants (malware), what to look for
// (indicator), how to be rid of it (course-of-action) and what joins them (relationship).
//
// A course of action of the standard is prose ("action" is reserved); ours carries the removal as
// ordered steps in a property extension, which is described in the bundle itself.
//
// Spec: STIX Version 2.1, OASIS Standard, 10 June 2021. Identifiers are derived from names, so that
// the same entry has the same objects in every bundle.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "core/json.h"
#include "core/text.h"
#include "publish/exports/export.h"
#include "publish/exports/stix_pattern.h"
#include "publish/kinds.h"
#include "publish/removal.h"

namespace antidotary::publish {
namespace {

constexpr std::string_view extension_name = "removal-steps/1";

std::string id_of(std::string_view type, std::string_view name) {
  return fmt::format("{}--{}", type, uuid_of(fmt::format("stix/{}/{}", type, name)));
}

// The standard's own vocabulary (malware-type-ov), as far as our classes have a word in it.
Json malware_types(const entries::Entry& entry) {
  std::vector<std::string> out;
  const auto add = [&out](const char* word) {
    if (std::find(out.begin(), out.end(), word) == out.end()) out.emplace_back(word);
  };
  for (const std::string& name : entry.classes) {
    if (name.starts_with("worm/")) add("worm");
    if (name.starts_with("virus/")) add("virus");
    if (name == "trojan/backdoor") add("backdoor");
    if (name == "trojan/downloader") add("downloader");
    if (name == "trojan/keylogger") add("keylogger");
    if (name == "trojan/file-destroying" || name == "payload/file-destroying") add("wiper");
    if (name.starts_with("trojan/")) add("trojan");
  }
  if (out.empty()) add("unknown");
  return json_list(out);
}

// Appendix A of the standard: low 15, medium 50, high 85.
int confidence_of(entries::Grade grade) {
  if (grade == entries::Grade::weak) return 15;
  return grade == entries::Grade::strong ? 50 : 85;
}

class Bundle {
 public:
  explicit Bundle(const ExportRequest& request)
      : request_(request),
        made_(timestamp_of(request.made_unix_s)),
        all_(lifetime("")),
        now_(all_),
        author_(id_of("identity", "antidotary")),
        extension_(id_of("extension-definition", extension_name)) {
    Json identity = object("identity", "antidotary");
    identity.set("name", "Antidotary encyclopedia");
    identity.set("identity_class", "organization");
    objects_.push_back(std::move(identity));
    Json definition = object("extension-definition", std::string(extension_name));
    definition.set("name", "Antidotary removal steps");
    definition.set("description",
                   "Removal as ordered steps of a course-of-action: `steps`, a list of objects "
                   "with `id`, `kind`, `action` (a sentence) and `before` (ids of steps that must "
                   "come later).");
    definition.set("schema", "docs/formats/exports.md");
    definition.set("version", "1.0.0");
    definition.set("extension_types", Json::Array{Json("property-extension")});
    objects_.push_back(std::move(definition));
  }

  void add(const Chosen& chosen) {
    const entries::Entry& entry = *chosen.entry;
    now_ = lifetime(entry.id);
    const std::string family = add_malware(entry, nullptr);
    add_vulnerabilities(entry, family);
    for (const entries::Variant* variant : chosen.variants()) {
      const std::string malware = add_malware(entry, variant);
      relate(malware, "variant-of", family);
      for (const auto& change : variant->changes) add_indicator(entry, *variant, *change, malware);
      add_course(entry, *variant, malware);
    }
  }

  std::string take() {
    std::string name;
    for (const Chosen& chosen : request_.chosen) name += chosen.id() + "\n";
    const Json bundle = Json::Object{
        {"type", "bundle"}, {"id", id_of("bundle", name)}, {"objects", std::move(objects_)}};
    return bundle.dump() + "\n";
  }

 private:
  /// When an object was first said and last changed, as the encyclopedia's own record has it: the
  /// same id never changes its `created`, and an export that says nothing new is the same bytes.
  struct Lifetime {
    std::string created;
    std::string modified;
  };
  Lifetime lifetime(std::string_view id) const {
    const auto [first, last] = span_of(request_.revisions, id);
    if (first.empty()) return {made_, made_};
    return {timestamp_of(first), timestamp_of(last)};
  }

  Json object(std::string_view type, const std::string& name) const {
    Json::Object out = {{"type", type},
                        {"spec_version", "2.1"},
                        {"id", id_of(type, name)},
                        {"created", now_.created},
                        {"modified", now_.modified}};
    if (type != "identity") out.emplace_back("created_by_ref", author_);
    return out;
  }

  static Json reference(const entries::Source& source) {
    return Json::Object{{"source_name", source.publisher}, {"url", source.url}};
  }

  static Json references(const entries::Entry& entry, const std::vector<std::string>& ids) {
    Json::Array out;
    for (const std::string& id : ids) {
      const auto source = entry.sources.find(id);
      if (source != entry.sources.end()) out.push_back(reference(source->second));
    }
    return out;
  }

  void relate(const std::string& from, std::string_view kind, const std::string& to) {
    const std::string name = fmt::format("{} {} {}", from, kind, to);
    if (!seen_.insert(id_of("relationship", name)).second) return;
    Json relation = object("relationship", name);
    relation.set("relationship_type", kind);
    relation.set("source_ref", from);
    relation.set("target_ref", to);
    objects_.push_back(std::move(relation));
  }

  std::string add_malware(const entries::Entry& entry, const entries::Variant* variant) {
    const std::string name = variant == nullptr ? entry.id : entry.id + "." + variant->id;
    const std::string id = id_of("malware", name);
    if (!seen_.insert(id).second) return id;
    Json malware = object("malware", name);
    malware.set("name", variant == nullptr ? entry.title : variant->title);
    malware.set("description", entry.summary);
    malware.set("malware_types", malware_types(entry));
    malware.set("is_family", variant == nullptr);
    const std::vector<std::string> aliases = synonyms_of(entry, variant);
    if (!aliases.empty()) malware.set("aliases", json_list(aliases));
    const std::string seen = timestamp_of(
        variant == nullptr ? std::string_view(entry.discovered.date) : variant->discovered.date);
    if (!seen.empty()) malware.set("first_seen", seen);
    Json::Array all;
    for (const auto& [key, source] : entry.sources) all.push_back(reference(source));
    if (!all.empty()) malware.set("external_references", std::move(all));
    objects_.push_back(std::move(malware));
    return id;
  }

  void add_vulnerabilities(const entries::Entry& entry, const std::string& family) {
    for (const auto& named : entry.bulletins) {
      const entries::Bulletin* bulletin = request_.encyclopedia.find_bulletin(named.id);
      if (bulletin == nullptr) continue;
      for (const std::string& cve : bulletin->cves) {
        const std::string id = id_of("vulnerability", cve);
        if (seen_.insert(id).second) {
          // Several entries may use it: its life is nobody's alone.
          const Lifetime entrys = std::exchange(now_, all_);
          Json vulnerability = object("vulnerability", cve);
          now_ = entrys;
          vulnerability.set("name", cve);
          vulnerability.set("description", bulletin->allows);
          vulnerability.set(
              "external_references",
              Json::Array{Json(Json::Object{{"source_name", "cve"}, {"external_id", cve}})});
          objects_.push_back(std::move(vulnerability));
        }
        relate(family, "exploits", id);
      }
    }
  }

  void add_indicator(const entries::Entry& entry, const entries::Variant& variant,
                     const entries::Change& change, const std::string& malware) {
    const std::string pattern = stix_pattern(terms_of(change));
    if (pattern.empty()) return;
    const std::string name = fmt::format("{}.{}/{}", entry.id, variant.id, change.id);
    Json indicator = object("indicator", name);
    indicator.set("name", fmt::format("{}: {}", variant.title, change.summary()));
    if (!change.note.empty()) indicator.set("description", change.note);
    indicator.set("indicator_types", Json::Array{Json("malicious-activity")});
    indicator.set("pattern", pattern);
    indicator.set("pattern_type", "stix");
    indicator.set("pattern_version", "2.1");
    const std::string since = timestamp_of(variant.discovered.date);
    indicator.set("valid_from", since.empty() ? now_.created : since);
    indicator.set("confidence", confidence_of(change.evidence));
    indicator.set("external_references", references(entry, change.sources));
    objects_.push_back(std::move(indicator));
    relate(id_of("indicator", name), "indicates", malware);
  }

  void add_course(const entries::Entry& entry, const entries::Variant& variant,
                  const std::string& malware) {
    Json::Array steps;
    std::string words;
    for (const entries::Change* change : removal_order(variant)) {
      const std::string action = by_hand_in_turn(*change);
      Json::Object step = {{"id", change->id}, {"kind", change->kind()}, {"action", action}};
      if (!change->before.empty()) step.emplace_back("before", json_list(change->before));
      if (!change->keep.empty()) step.emplace_back("keep", change->keep);
      steps.emplace_back(std::move(step));
      words += (words.empty() ? "" : "\n") + action;
    }
    if (steps.empty()) return;
    const std::string name = entry.id + "." + variant.id;
    Json course = object("course-of-action", name);
    course.set("name", "Remove " + variant.title);
    course.set("description", words);
    course.set("extensions",
               Json::Object{{extension_, Json::Object{{"extension_type", "property-extension"},
                                                      {"steps", std::move(steps)}}}});
    objects_.push_back(std::move(course));
    relate(id_of("course-of-action", name), "mitigates", malware);
  }

  const ExportRequest& request_;
  std::string made_;
  Lifetime all_;
  Lifetime now_;  ///< Of the entry that is being said.
  std::string author_;
  std::string extension_;
  std::set<std::string> seen_;
  Json::Array objects_;
};

}  // namespace

Result<std::vector<ExportFile>> export_stix(const ExportRequest& request) {
  Bundle bundle(request);
  for (const Chosen& chosen : request.chosen) bundle.add(chosen);
  return one_file("antidotary-stix.json", bundle.take());
}

}  // namespace antidotary::publish
