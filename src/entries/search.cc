// Search: passages by weight, words by rarity.
#include "entries/search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "core/text.h"
#include "entries/kinds/file.h"
#include "entries/kinds/message.h"
#include "entries/kinds/mutex.h"
#include "entries/kinds/network.h"
#include "entries/kinds/registry.h"

namespace antidotary::entries {
namespace {

constexpr std::size_t passage_bytes_max = 200;

/// How much a place says, where a word stands in it.
constexpr double weight_name = 8;
constexpr double weight_change = 6;
constexpr double weight_fact = 3;
constexpr double weight_prose = 1;
/// A whole word against a part of one.
constexpr double whole_word = 3;

constexpr std::array<std::string_view, 22> question_words = {
    "a",  "about", "an", "and", "are", "can", "do",  "does", "for", "how",  "i",
    "in", "is",    "it", "my",  "of",  "on",  "the", "this", "to",  "what", "which"};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c & 0x80) != 0;
}

/// True where neither neighbour of text[at, at + size) goes on with the word.
bool stands_alone(std::string_view text, std::size_t at, std::size_t size) {
  const bool before = at == 0 || !is_word_character(text[at - 1]);
  const bool after = at + size == text.size() || !is_word_character(text[at + size]);
  return before && after;
}

struct Passage {
  std::size_t page = 0;
  const Variant* variant = nullptr;
  std::string_view where;
  std::string text;
  double weight = 0;
};

struct Page {
  const Entry* entry = nullptr;
  const Bulletin* bulletin = nullptr;
  const Term* term = nullptr;
};

/// All that the encyclopedia says, passage by passage.
class Passages {
 public:
  explicit Passages(const Encyclopedia& encyclopedia) {
    for (const Entry& entry : encyclopedia.entries()) add_entry(entry);
    for (const Bulletin& bulletin : encyclopedia.bulletins()) add_bulletin(bulletin);
    for (const Term& term : encyclopedia.terms()) {
      pages.push_back({nullptr, nullptr, &term});
      add(nullptr, "name", term.title + " (" + term.id + ")", weight_name);
      add(nullptr, "meaning", term.definition, weight_fact);
    }
  }

  std::vector<Page> pages;
  std::vector<Passage> passages;

 private:
  void add(const Variant* variant, std::string_view where, std::string text, double weight) {
    if (!text.empty()) {
      passages.push_back({pages.size() - 1, variant, where, std::move(text), weight});
    }
  }

  void add_entry(const Entry& entry) {
    pages.push_back({&entry, nullptr, nullptr});
    add(nullptr, "name", entry.title, weight_name);
    add(nullptr, "id", entry.id, weight_name);
    add(nullptr, "also called", join(entry.also_called, ", "), weight_name);
    add(nullptr, "summary", entry.summary, weight_fact);
    add(nullptr, "class", join(entry.classes, ", "), weight_fact);
    for (const VendorName& name : entry.names) {
      add(nullptr, "name", name.vendor + ": " + name.label, weight_name);
    }
    for (const Fact& fact : entry.facts) add(nullptr, fact.topic, fact.text, weight_fact);
    add_payloads(nullptr, entry.payloads);
    for (const Transmission& way : entry.transmissions) {
      add(nullptr, "transmission", way.method + ": " + way.description, weight_fact);
    }
    for (const BulletinReference& reference : entry.bulletins) {
      add(nullptr, "bulletin", reference.id + ": " + reference.note, weight_fact);
    }
    for (const auto& [heading, text] : entry.sections) {
      for (const std::string_view line : split(text, '\n')) {
        add(nullptr, heading, std::string(trim(line)), weight_prose);
      }
    }
    for (const Variant& variant : entry.variants) add_variant(variant);
  }

  void add_variant(const Variant& variant) {
    add(&variant, "name", variant.title, weight_name);
    for (const VendorName& name : variant.names) {
      add(&variant, "name", name.vendor + ": " + name.label, weight_name);
    }
    for (const auto& change : variant.changes) {
      for (std::string& text : texts_of(*change)) {
        add(&variant, change->kind(), std::move(text), weight_change);
      }
      add(&variant, change->kind(), change->note, weight_fact);
    }
    for (const Fact& fact : variant.facts) add(&variant, fact.topic, fact.text, weight_fact);
    add_payloads(&variant, variant.payloads);
  }

  void add_payloads(const Variant* variant, const std::vector<Payload>& payloads) {
    for (const Payload& payload : payloads) {
      add(variant, "payload", payload.type + " (" + payload.trigger + "): " + payload.description,
          weight_fact);
    }
  }

  void add_bulletin(const Bulletin& bulletin) {
    pages.push_back({nullptr, &bulletin, nullptr});
    add(nullptr, "name", bulletin.id + ": " + bulletin.title, weight_name);
    add(nullptr, "CVE", join(bulletin.cves, ", "), weight_name);
    if (!bulletin.kb.empty()) add(nullptr, "article", "KB" + bulletin.kb, weight_name);
    add(nullptr, "allows", bulletin.allows, weight_fact);
    add(nullptr, "products", join(bulletin.products, ", "), weight_prose);
  }
};

/// The part of `text` around `at`, cut at characters, in one line.
std::string excerpt(std::string_view text, std::size_t at) {
  if (text.size() <= passage_bytes_max) return collapse_white_space(text);
  std::size_t begin = at > passage_bytes_max / 3 ? at - passage_bytes_max / 3 : 0;
  const auto inside = [&](std::size_t i) { return i < text.size() && (text[i] & 0xc0) == 0x80; };
  while (begin > 0 && inside(begin)) --begin;
  std::size_t end = std::min(text.size(), begin + passage_bytes_max);
  while (end < text.size() && inside(end)) ++end;
  std::string out = collapse_white_space(text.substr(begin, end - begin));
  if (begin > 0) out = "... " + out;
  if (end < text.size()) out += " ...";
  return out;
}

/// Where and how well each word stands in each passage.
class Question {
 public:
  Question(const Passages& all, std::vector<std::string> words)
      : all_(all), words_(std::move(words)), hits_(all.pages.size()), held_(all.pages.size()) {
    for (std::size_t word = 0; word < words_.size(); ++word) find(word);
    for (const Passage& passage : all_.passages) weigh(passage);
  }

  std::vector<Hit> answer(std::size_t hits_max) {
    std::vector<Hit> out;
    std::size_t most = 0;
    for (std::size_t page = 0; page < hits_.size(); ++page) {
      hits_[page].words = static_cast<std::size_t>(held_[page].size());
      most = std::max(most, hits_[page].words);
    }
    for (Hit& hit : hits_) {
      if (hit.words == most && most > 0) out.push_back(std::move(hit));
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Hit& a, const Hit& b) { return a.score > b.score; });
    if (out.size() > hits_max) out.resize(hits_max);
    return out;
  }

 private:
  // Which passages hold the word, for how rare it is.
  void find(std::size_t word) {
    std::size_t passages = 0;
    for (const Passage& passage : all_.passages) {
      if (ascii_lower(passage.text).find(words_[word]) == std::string::npos) continue;
      ++passages;
      std::vector<std::size_t>& held = held_[passage.page];
      if (std::find(held.begin(), held.end(), word) == held.end()) held.push_back(word);
    }
    const double all = static_cast<double>(all_.passages.size());
    rarity_.push_back(std::log(1.0 + all / (1.0 + static_cast<double>(passages))));
  }

  void weigh(const Passage& passage) {
    const std::string lower = ascii_lower(passage.text);
    double score = 0;
    std::size_t first = std::string::npos;
    for (std::size_t word = 0; word < words_.size(); ++word) {
      std::size_t at = lower.find(words_[word]);
      if (at == std::string::npos) continue;
      first = std::min(first, at);
      bool alone = false;
      for (; at != std::string::npos && !alone; at = lower.find(words_[word], at + 1)) {
        alone = stands_alone(lower, at, words_[word].size());
      }
      score += passage.weight * rarity_[word] * (alone ? whole_word : 1.0);
    }
    Hit& best = hits_[passage.page];
    if (score <= best.score) return;
    const Page& page = all_.pages[passage.page];
    best = {page.entry,
            passage.variant,
            page.bulletin,
            page.term,
            std::string(passage.where),
            excerpt(passage.text, first),
            score,
            0};
  }

  const Passages& all_;
  std::vector<std::string> words_;
  std::vector<double> rarity_;
  std::vector<Hit> hits_;                       // by page: its best passage
  std::vector<std::vector<std::size_t>> held_;  // by page: the words that it holds
};

}  // namespace

std::vector<std::string> texts_of(const Change& change) {
  std::vector<std::string> out = {change.summary()};
  const auto add = [&out](const std::vector<std::string>& texts) {
    out.insert(out.end(), texts.begin(), texts.end());
  };
  if (const auto* file = dynamic_cast<const FileChange*>(&change)) {
    add({file->role});
    add(file->md5);
    add(file->sha1);
    add(file->sha256);
  } else if (const auto* registry = dynamic_cast<const RegistryChange*>(&change)) {
    add({registry->value + " = " + registry->data});
  } else if (const auto* message = dynamic_cast<const MessageChange*>(&change)) {
    for (const auto* list : {&message->from, &message->sender_name, &message->subject,
                             &message->body, &message->attachment, &message->member}) {
      add(*list);
    }
  } else if (const auto* network = dynamic_cast<const NetworkChange*>(&change)) {
    add(network->hosts);
    add(network->ports);
  }
  return out;
}

std::vector<std::string> words_of_question(std::string_view question) {
  std::vector<std::string> all;
  const std::string lower =
      ascii_lower(collapse_white_space(question.substr(0, question_bytes_max)));
  for (std::string_view word : split(lower, ' ')) {
    // A question mark and the like end a word; a dot within a file name does not.
    while (!word.empty() && std::string_view("?!,;:.\"'()").find(word.back()) != word.npos) {
      word.remove_suffix(1);
    }
    while (!word.empty() && std::string_view("\"'(").find(word.front()) != word.npos) {
      word.remove_prefix(1);
    }
    if (!word.empty() && all.size() < question_words_max) all.emplace_back(word);
  }
  std::vector<std::string> out;
  for (const std::string& word : all) {
    const bool dropped =
        std::find(question_words.begin(), question_words.end(), word) != question_words.end();
    if (!dropped && std::find(out.begin(), out.end(), word) == out.end()) out.push_back(word);
  }
  return out.empty() ? all : out;
}

std::vector<Hit> search(const Encyclopedia& encyclopedia, std::string_view question,
                        std::size_t hits_max) {
  std::vector<std::string> words = words_of_question(question);
  if (words.empty()) return {};
  const Passages passages(encyclopedia);
  return Question(passages, std::move(words)).answer(hits_max);
}

}  // namespace antidotary::entries
