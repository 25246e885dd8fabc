// search WORDS: the pages that speak of a file name, registry value, subject, domain or word.
#include "entries/search.h"

#include "cli/desk.h"
#include "core/text.h"
#include "publish/sheet.h"

namespace antidotary::cli {
namespace {

constexpr std::size_t hits_max = 20;
/// More pages than an encyclopedia has.
constexpr std::size_t encyclopedia_hits_max = 100'000;

std::string id_of(const entries::Hit& hit) {
  const entries::Subject& subject = hit.subject;
  if (subject.bulletin != nullptr) return subject.bulletin->id;
  if (subject.term != nullptr) return subject.term->id;
  if (subject.check != nullptr) return subject.check->id;
  if (subject.entry == nullptr) return subject.weakness;
  return subject.entry->id + (hit.variant == nullptr ? "" : "." + hit.variant->id);
}

std::string title_of(const entries::Hit& hit) {
  const entries::Subject& subject = hit.subject;
  if (subject.bulletin != nullptr) return subject.bulletin->title;
  if (subject.term != nullptr) return subject.term->title;
  if (subject.check != nullptr) return subject.check->title;
  if (subject.entry == nullptr) return subject.weakness;
  return hit.variant == nullptr ? subject.entry->title : hit.variant->title;
}

}  // namespace

Exit run_search(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const std::string question = join(invocation.arguments, " ");
  auto hits = entries::search(*encyclopedia, question, encyclopedia_hits_max);
  const std::size_t all = hits.size();
  if (all > hits_max) hits.resize(hits_max);
  if (invocation.has("json")) {
    for (const entries::Hit& hit : hits) {
      Json line;
      line.set("id", id_of(hit));
      if (hit.subject.entry != nullptr) line.set("entry", hit.subject.entry->id);
      if (hit.variant != nullptr) line.set("variant", hit.variant->id);
      line.set("title", title_of(hit));
      line.set("where", hit.where);
      line.set("passage", hit.passage);
      line.set("score", hit.score);
      print_line(typed("hit", line));
    }
  } else {
    publish::Sheet sheet(paper(invocation));
    for (const entries::Hit& hit : hits) {
      sheet.item("-", publish::Words(title_of(hit), publish::Tone::bold) + "  " + id_of(hit), 0);
      sheet.paragraph(hit.where + ": " + hit.passage, 4);
    }
    print(sheet.take());
  }
  if (all > hits_max) {
    complain(fmt::format("the best {} of {}; a rarer word finds fewer", hits_max, all));
  }
  if (!hits.empty()) return Exit::clean;
  const auto words = entries::words_of_question(question);
  return complain(fmt::format("nothing in the encyclopedia speaks of '{}'", join(words, " ")));
}

}  // namespace antidotary::cli
