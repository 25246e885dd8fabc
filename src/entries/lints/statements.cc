// Statements: the two walks.
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

using Visit = std::function<void(const Statement&)>;
using VisitText = std::function<void(std::string_view, const Place&)>;

template <class Part>
void visit_shared(const Part& part, const Visit& visit) {
  for (const auto& name : part.names) visit({"the name " + name.label, name.sources, name.place});
  for (const auto& rating : part.vendor_ratings) {
    visit({"the rating of " + rating.vendor, rating.sources, rating.place});
  }
  for (const auto& payload : part.payloads) {
    visit({"the payload " + payload.type, payload.sources, payload.place});
  }
  for (const auto& fact : part.facts) {
    visit({"the fact on " + fact.topic, fact.sources, fact.place});
  }
  if (!part.discovered.date.empty()) {
    visit({"the date of discovery", part.discovered.sources, part.discovered.place});
  }
}

template <class Part>
void visit_shared_texts(const Part& part, const VisitText& visit) {
  for (const auto& name : part.names) visit(name.note, name.place);
  for (const auto& payload : part.payloads) {
    visit(payload.type, payload.place);
    visit(payload.trigger, payload.place);
    visit(payload.description, payload.place);
  }
  for (const auto& fact : part.facts) visit(fact.text, fact.place);
  visit(part.discovered.note, part.discovered.place);
}

}  // namespace

void for_each_statement(const Entry& entry, const Visit& visit) {
  visit_shared(entry, visit);
  visit({"what is affected", entry.affected.sources, entry.affected.place});
  for (const auto& bulletin : entry.bulletins) {
    visit({"the bulletin " + bulletin.id, bulletin.sources, bulletin.place});
  }
  for (const auto& relation : entry.relations) {
    visit({"the relation to " + relation.to, relation.sources, relation.place});
  }
  for (const auto& transmission : entry.transmissions) {
    visit({"the transmission " + transmission.method, transmission.sources, transmission.place});
  }
  const Ratings& ratings = entry.ratings;
  visit({"the rating of prevalence", ratings.prevalence.sources, ratings.prevalence.place});
  visit({"the rating of damage", ratings.damage.sources, ratings.damage.place});
  visit({"the rating of spread", ratings.spread.sources, ratings.spread.place});
  visit({"the rating of recovery", ratings.recovery.sources, ratings.recovery.place});
  for (const Variant& variant : entry.variants) {
    visit_shared(variant, visit);
    for (const auto& change : variant.changes) {
      visit({"the change " + change->id, change->sources, change->place});
    }
  }
}

void for_each_text(const Entry& entry, const VisitText& visit) {
  visit(entry.title, entry.place);
  visit(entry.summary, entry.place);
  visit(entry.circulating, entry.place);
  visit_shared_texts(entry, visit);
  for (const auto& bulletin : entry.bulletins) visit(bulletin.note, bulletin.place);
  for (const auto& relation : entry.relations) visit(relation.note, relation.place);
  for (const auto& transmission : entry.transmissions) {
    visit(transmission.method, transmission.place);
    visit(transmission.description, transmission.place);
  }
  const Ratings& ratings = entry.ratings;
  for (const RatingInput* input :
       {&ratings.prevalence, &ratings.damage, &ratings.spread, &ratings.recovery}) {
    visit(input->why, input->place);
  }
  for (std::size_t i = 0; i < entry.sections.size(); ++i) {
    Place place = entry.place;
    if (i < entry.section_lines.size()) place.line = entry.section_lines[i];
    visit(entry.sections[i].first, place);
    visit(entry.sections[i].second, place);
  }
  for (const Variant& variant : entry.variants) {
    visit_shared_texts(variant, visit);
    visit(variant.title, variant.place);
    visit(variant.named_only, variant.place);
    for (const Confusable& confusable : variant.confusable) visit(confusable.why, confusable.place);
    for (const auto& change : variant.changes) visit(change->note, change->place);
  }
}

}  // namespace antidotary::entries
