// Forms: STIX bundles and MISP clusters, and what the forms share.
#include "entries/import/forms.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "core/text.h"
#include "entries/label.h"

namespace antidotary::entries {
namespace {

constexpr std::size_t names_shown_max = 8;

bool is_address(std::string_view url) {
  return (url.starts_with("https://") || url.starts_with("http://")) &&
         url.find_first_of(" \t\"") == std::string_view::npos;
}

// "2003-08-01" of "2003-08-01T00:00:00.000Z".
std::string day_of(const std::string& timestamp) { return timestamp.substr(0, 10); }

void add_references(Draft& draft, const Json& object) {
  const Json* references = object.find("external_references");
  if (references == nullptr || references->array() == nullptr) return;
  for (const Json& one : *references->array()) {
    add_source(draft, text_of(one, "source_name"), text_of(one, "url"));
  }
}

// A class of ours for each of the standard's words for malware.
void add_class(Draft& draft, const std::string& word) {
  static const std::map<std::string, std::string, std::less<>> classes = {
      {"worm", "worm/unknown"},
      {"virus", "virus/unknown"},
      {"trojan", "trojan/unknown"},
      {"backdoor", "trojan/backdoor"},
      {"downloader", "trojan/downloader"},
      {"dropper", "trojan/dropper"},
      {"keylogger", "trojan/keylogger"},
      {"wiper", "trojan/file-destroying"}};
  const auto found = classes.find(word);
  if (found == classes.end()) return;
  auto& list = draft.classes;
  if (std::find(list.begin(), list.end(), found->second) == list.end()) {
    list.push_back(found->second);
  }
}

using Relations = std::map<std::string, std::vector<const Json*>, std::less<>>;

struct Bundle {
  std::vector<const Json*> malware;
  std::map<std::string, const Json*> by_id;
  Relations variants_of;  ///< By the family's id: relations "variant-of".
  Relations indicates;    ///< By what is indicated.
};

Bundle sorted(const Json& json) {
  Bundle bundle;
  const Json* objects = json.find("objects");
  if (objects == nullptr || objects->array() == nullptr) return bundle;
  for (const Json& object : *objects->array()) {
    const std::string type = text_of(object, "type");
    bundle.by_id[text_of(object, "id")] = &object;
    if (type == "malware") bundle.malware.push_back(&object);
    if (type != "relationship") continue;
    const std::string relation = text_of(object, "relationship_type");
    const std::string target = text_of(object, "target_ref");
    if (relation == "variant-of") bundle.variants_of[target].push_back(&object);
    if (relation == "indicates") bundle.indicates[target].push_back(&object);
  }
  return bundle;
}

std::span<const Json* const> relations_to(const Relations& relations, const std::string& target) {
  const auto found = relations.find(target);
  if (found == relations.end()) return {};
  return found->second;
}

bool is_family(const Json& malware) {
  const Json* flag = malware.find("is_family");
  return flag != nullptr && flag->boolean() != nullptr && *flag->boolean();
}

void take_indicators(const Bundle& bundle, const std::string& malware_id, DraftVariant& variant,
                     Draft& draft) {
  std::size_t all = variant.facts.size();
  for (const Json* relation : relations_to(bundle.indicates, malware_id)) {
    ++draft.steps;
    const auto found = bundle.by_id.find(text_of(*relation, "source_ref"));
    if (found == bundle.by_id.end()) continue;
    const std::string pattern = text_of(*found->second, "pattern");
    if (pattern.empty()) continue;
    if (++all > import_items_max) continue;
    const std::string name = text_of(*found->second, "name");
    variant.facts.emplace_back("indicator", (name.empty() ? "" : name + ": ") + pattern);
    add_references(draft, *found->second);
  }
  say_left_out(draft, all, "facts of variant " + variant.id);
}

void take_aliases(const Json& object, std::string_view key, std::vector<DraftName>& names,
                  std::vector<std::string>& also_called) {
  for (const std::string& label : texts_of(object, key)) add_label(names, also_called, label);
}

void take_variants(const Bundle& bundle, const std::string& family_id, Draft& draft) {
  VariantIds ids;
  std::set<std::string> seen;  // one that two relations name is one variant
  std::size_t all = 0;
  for (const Json* relation : relations_to(bundle.variants_of, family_id)) {
    ++draft.steps;
    const auto found = bundle.by_id.find(text_of(*relation, "source_ref"));
    if (found == bundle.by_id.end() || text_of(*found->second, "type") != "malware") continue;
    if (!seen.insert(found->first).second) continue;
    if (++all > import_items_max) continue;
    DraftVariant variant;
    variant.id = ids.next(text_of(*found->second, "name"));
    variant.date = day_of(text_of(*found->second, "first_seen"));
    std::vector<std::string> words;
    take_aliases(*found->second, "aliases", variant.names, words);
    for (const std::string& word : words) variant.facts.emplace_back("naming", "Called " + word);
    take_indicators(bundle, found->first, variant, draft);
    add_references(draft, *found->second);
    draft.variants.push_back(std::move(variant));
  }
  say_left_out(draft, all, "variants");
}

}  // namespace

std::string text_of(const Json& object, std::string_view key) {
  const Json* member = object.find(key);
  const std::string* text = member == nullptr ? nullptr : member->string();
  return text == nullptr ? std::string() : imported_text(*text);
}

std::vector<std::string> texts_of(const Json& object, std::string_view key) {
  std::vector<std::string> out;
  const Json* member = object.find(key);
  if (member == nullptr || member->array() == nullptr) return out;
  for (const Json& one : *member->array()) {
    if (one.string() == nullptr) continue;
    std::string text = imported_text(*one.string());
    if (!text.empty()) out.push_back(std::move(text));
  }
  return out;
}

void add_source(Draft& draft, std::string publisher, const std::string& url) {
  ++draft.steps;
  if (!is_address(url)) return;
  // One more than are taken: the bound on the draft then says that there are more.
  if (draft.sources.size() > import_items_max) return;
  const bool there = std::any_of(draft.sources.begin(), draft.sources.end(),
                                 [&](const auto& source) { return source.second == url; });
  if (!there) draft.sources.emplace_back(std::move(publisher), url);
}

void say_left_out(Draft& draft, std::size_t all, std::string_view what) {
  if (all <= import_items_max) return;
  draft.left_out.push_back(fmt::format("{} of {} {}", all - import_items_max, all, what));
}

void add_label(std::vector<DraftName>& names, std::vector<std::string>& also_called,
               const std::string& label) {
  if (label.size() > label_bytes_max) return;
  // Neither format says whose label it is. What has a vendor's grammar is a label whose vendor the
  // author must name; a bare word is a word.
  if (parse_label(label).plain() && label.find_first_of("./:_@") == std::string::npos) {
    also_called.push_back(label);
  } else {
    names.push_back({"FILL-IN", label});
  }
}

std::string VariantIds::next(std::string_view title) {
  const std::string letter = parse_label(title).variant;
  const bool plain =
      letter.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos;
  if (!letter.empty() && plain && taken_.insert(letter).second) return letter;
  if (taken_.empty()) return *taken_.insert("a").first;
  for (;; ++number_) {
    const auto [id, is_new] = taken_.insert(fmt::format("v{}", number_));
    if (is_new) return *id;
  }
}

Result<std::size_t> choose(const std::vector<std::string>& names, const std::string& wanted) {
  if (names.empty()) return fail(ErrorKind::malformed, "the file names no threat");
  if (wanted.empty() && names.size() == 1) return std::size_t{0};
  if (!wanted.empty()) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (equal_ignoring_case(names[i], wanted)) return i;
    }
  }
  std::vector<std::string> shown(
      names.begin(),
      names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), names_shown_max)));
  if (names.size() > shown.size()) shown.emplace_back("...");
  return fail(ErrorKind::bad_input, "{}; say which with --name: {}",
              wanted.empty() ? fmt::format("the file has {} threats", names.size())
                             : fmt::format("the file has no threat '{}'", wanted),
              escape_for_terminal(join(shown, ", ")));
}

Result<Draft> import_stix(const Json& json, const ImportRequest& request) {
  const Bundle bundle = sorted(json);
  std::vector<const Json*> families;
  std::copy_if(bundle.malware.begin(), bundle.malware.end(), std::back_inserter(families),
               [](const Json* malware) { return is_family(*malware); });
  if (families.empty()) families = bundle.malware;
  std::vector<std::string> names;
  for (const Json* family : families) names.push_back(text_of(*family, "name"));
  const std::size_t chosen = ANTIDOTARY_TRY(choose(names, request.name));
  const Json& family = *families[chosen];
  Draft draft;
  std::tie(draft.id, draft.title) = ANTIDOTARY_TRY(id_and_title(names[chosen], request.id));
  draft.summary = text_of(family, "description");
  draft.date = day_of(text_of(family, "first_seen"));
  for (const std::string& word : texts_of(family, "malware_types")) add_class(draft, word);
  take_aliases(family, "aliases", draft.names, draft.also_called);
  add_references(draft, family);
  const std::string id = text_of(family, "id");
  take_variants(bundle, id, draft);
  DraftVariant whole{"a", draft.date, {}, {}, {}, {}};
  take_indicators(bundle, id, whole, draft);
  if (!whole.facts.empty() && draft.variants.empty()) draft.variants.push_back(std::move(whole));
  return draft;
}

Result<Draft> import_misp_cluster(const Json& json, const ImportRequest& request) {
  const Json* values = json.find("values");
  if (values->array() == nullptr) {
    return fail(ErrorKind::malformed, "\"values\" of this cluster is no list");
  }
  std::map<std::string, const Json*> by_uuid;
  std::vector<const Json*> families;
  std::vector<std::pair<const Json*, std::string>> variants;  // with the family's uuid
  for (const Json& value : *values->array()) {
    std::string family;
    const Json* related = value.find("related");
    if (related != nullptr && related->array() != nullptr) {
      for (const Json& one : *related->array()) {
        if (text_of(one, "type") == "variant-of") family = text_of(one, "dest-uuid");
      }
    }
    if (family.empty()) {
      families.push_back(&value);
    } else {
      variants.emplace_back(&value, family);
    }
  }
  std::vector<std::string> names;
  for (const Json* family : families) names.push_back(text_of(*family, "value"));
  const std::size_t chosen = ANTIDOTARY_TRY(choose(names, request.name));
  const Json& family = *families[chosen];
  Draft draft;
  std::tie(draft.id, draft.title) = ANTIDOTARY_TRY(id_and_title(names[chosen], request.id));
  draft.summary = text_of(family, "description");
  const auto take_meta = [&draft](const Json& value, std::vector<DraftName>& labels,
                                  std::vector<std::string>& words, std::string& date) {
    const Json* meta = value.find("meta");
    if (meta == nullptr || meta->object() == nullptr) return;
    take_aliases(*meta, "synonyms", labels, words);
    date = text_of(*meta, "date");
    for (const std::string& url : texts_of(*meta, "refs")) add_source(draft, "", url);
  };
  take_meta(family, draft.names, draft.also_called, draft.date);
  const std::string uuid = text_of(family, "uuid");
  VariantIds ids;
  std::size_t all = 0;
  for (const auto& [value, of] : variants) {
    ++draft.steps;
    if (of != uuid || uuid.empty() || ++all > import_items_max) continue;
    DraftVariant variant;
    variant.id = ids.next(text_of(*value, "value"));
    std::vector<std::string> words;
    take_meta(*value, variant.names, words, variant.date);
    for (const std::string& word : words) variant.facts.emplace_back("naming", "Called " + word);
    draft.variants.push_back(std::move(variant));
  }
  say_left_out(draft, all, "variants");
  return draft;
}

}  // namespace antidotary::entries
