// Search: passages by weight, words by rarity.
#include "entries/search.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/text.h"

namespace antidotary::entries {
namespace {

constexpr std::size_t passage_bytes_max = 200;

/// A whole word against a part of one.
constexpr double whole_word = 3;
/// A passage that is the question, word for word.
constexpr double whole_text = 20;

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
      : all_(all),
        words_(std::move(words)),
        asked_(join(words_, " ")),
        hits_(all.subjects.size()),
        held_(all.subjects.size()) {
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
      std::vector<std::size_t>& held = held_[passage.subject];
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
    // What is called exactly so is what was meant, however many others speak of it.
    if (lower == asked_) score *= whole_text;
    Hit& best = hits_[passage.subject];
    if (score <= best.score) return;
    best = {all_.subjects[passage.subject], passage.variant, std::string(passage.where),
            excerpt(passage.text, first),   score,           0};
  }

  const Passages& all_;
  std::vector<std::string> words_;
  std::string asked_;
  std::vector<double> rarity_;
  std::vector<Hit> hits_;                       // by subject: its best passage
  std::vector<std::vector<std::size_t>> held_;  // by subject: the words it holds
};

}  // namespace

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
  const Passages passages = passages_of(encyclopedia);
  return Question(passages, std::move(words)).answer(hits_max);
}

}  // namespace antidotary::entries
