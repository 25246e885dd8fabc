// SearchIndex: what the site's search looks through, as a script, so that it works from a disk too.
//
// {pages: [[address, title]], passages: [[subject, page, where, weight, text]]}: the passages are
// those of `antidotary search`, and site.js ranks them as entries/search.cc does.
#include <map>

#include "core/json.h"
#include "core/text.h"
#include "entries/passages.h"
#include "publish/html/leaf.h"
#include "publish/kinds.h"
#include "publish/parts.h"

namespace antidotary::publish {
namespace {

std::pair<std::string, std::string> page_of(const entries::Subject& subject,
                                            const entries::Variant* variant) {
  if (subject.bulletin != nullptr) {
    const entries::Bulletin& bulletin = *subject.bulletin;
    return {address_of(bulletin), bulletin_name(bulletin.id) + ": " + bulletin.title};
  }
  if (subject.term != nullptr) return {address_of(*subject.term), subject.term->title};
  if (subject.check != nullptr) return {address_of(*subject.check), subject.check->title};
  if (subject.entry == nullptr) return {weakness_address(subject.weakness), subject.weakness};
  if (variant == nullptr) return {address_of(*subject.entry), subject.entry->title};
  return {address_of(*subject.entry, *variant), variant->title};
}

std::string place_name(std::string_view where) {
  const Kind* kind = find_kind(where);
  return kind == nullptr ? label_of(where) : std::string(kind->heading);
}

}  // namespace

std::string search_index(const entries::Encyclopedia& encyclopedia) {
  const entries::Passages all = entries::passages_of(encyclopedia);
  Json::Array pages;
  Json::Array passages;
  std::map<std::string, std::uint64_t> numbers;
  for (const entries::Passage& passage : all.passages) {
    const auto [address, title] = page_of(all.subjects[passage.subject], passage.variant);
    const auto [number, fresh] = numbers.emplace(address, pages.size());
    if (fresh) pages.emplace_back(Json::Array{address, title});
    passages.emplace_back(Json::Array{static_cast<std::uint64_t>(passage.subject), number->second,
                                      place_name(passage.where), passage.weight,
                                      collapse_white_space(passage.text)});
  }
  const Json json(Json::Object{{"pages", std::move(pages)}, {"passages", std::move(passages)}});
  return "window.antidotary_index = " + json.dump() + ";\n";
}

}  // namespace antidotary::publish
