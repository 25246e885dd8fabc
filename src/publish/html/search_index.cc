// SearchIndex: what the site's search looks through, as a script, so that it works from a disk too.
//
// {pages: [[address, title, summary]], passages: [[page, where, weight, text]]}; site.js ranks as
// entries/search.cc does: rarer words weigh more, whole words more than parts.
#include "core/json.h"
#include "core/text.h"
#include "entries/search.h"
#include "publish/html/leaf.h"
#include "publish/kinds.h"
#include "publish/parts.h"

namespace antidotary::publish {
namespace {

constexpr int weight_name = 8;
constexpr int weight_change = 6;
constexpr int weight_fact = 3;
constexpr int weight_prose = 1;

class Index {
 public:
  void page(const std::string& address, const std::string& title, const std::string& summary) {
    pages_.emplace_back(Json::Array{address, title, summary});
  }
  /// Of the page that was added last.
  void passage(std::string_view where, int weight, std::string_view text) {
    if (trim(text).empty()) return;
    passages_.emplace_back(Json::Array{static_cast<std::uint64_t>(pages_.size() - 1), where, weight,
                                       collapse_white_space(text)});
  }
  void names(const std::vector<entries::VendorName>& names) {
    std::vector<std::string> labels;
    for (const auto& name : names) labels.push_back(name.label);
    passage("name", weight_name, join(labels, ", "));
  }
  std::string script() && {
    const Json json(Json::Object{{"pages", std::move(pages_)}, {"passages", std::move(passages_)}});
    // U+2028 and U+2029 end lines in old scripts; "</" would end a script element.
    return "window.antidotary_index = " + json.dump() + ";\n";
  }

 private:
  Json::Array pages_;
  Json::Array passages_;
};

void add_entry(Index& index, const entries::Entry& entry) {
  index.page(address_of(entry), entry.title, entry.summary);
  index.passage("name", weight_name, entry.title + ", " + join(entry.also_called, ", "));
  index.names(entry.names);
  index.passage("summary", weight_fact, entry.summary);
  for (const auto& [heading, text] : entry.sections) index.passage(heading, weight_prose, text);
  for (const auto& variant : entry.variants) {
    index.page(address_of(entry, variant), variant.title, entry.summary);
    index.passage("name", weight_name, variant.title);
    index.names(variant.names);
    for (const auto& change : variant.changes) {
      const Kind* kind = find_kind(change->kind());
      const std::vector<std::string> texts = entries::texts_of(*change);
      index.passage(kind == nullptr ? change->kind() : kind->heading, weight_change,
                    join(texts, " | "));
    }
    for (const auto& fact : variant.facts) {
      index.passage(label_of(fact.topic), weight_fact, fact.text);
    }
  }
}

}  // namespace

std::string search_index(const entries::Encyclopedia& encyclopedia) {
  Index index;
  for (const auto& entry : encyclopedia.entries()) add_entry(index, entry);
  for (const auto& bulletin : encyclopedia.bulletins()) {
    const std::string title = bulletin_name(bulletin.id) + ": " + bulletin.title;
    index.page(address_of(bulletin), title, bulletin.allows);
    index.passage("name", weight_name, title + (bulletin.kb.empty() ? "" : ", KB" + bulletin.kb));
    index.passage("allows", weight_fact, bulletin.allows);
  }
  for (const std::string& cve : weaknesses_of(encyclopedia)) {
    index.page(weakness_address(cve), cve, "");
    index.passage("name", weight_name, cve);
  }
  for (const auto& term : encyclopedia.terms()) {
    index.page(address_of(term), term.title, term.definition);
    index.passage("term", weight_name, term.title);
    index.passage("definition", weight_fact, term.definition);
  }
  for (const auto& check : encyclopedia.checks()) {
    index.page(address_of(check), check.title, check.about);
    index.passage("check", weight_fact, check.title + " " + check.about);
  }
  return std::move(index).script();
}

}  // namespace antidotary::publish
