// Search: words in, the entries, bulletins and terms that speak of them out, best first.
//
// "what is videodrv.exe?" is meant to work: the words of a question are dropped; a file name, a
// registry value, a subject line or a domain is found whole or in part. Everything is in memory and
// small, so nothing is indexed: each question reads all passages once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entries/passages.h"

namespace antidotary::entries {

/// Longest question that is looked at, in bytes, and most words of it.
inline constexpr std::size_t question_bytes_max = 500;
inline constexpr std::size_t question_words_max = 20;

/// One passage that speaks of what was asked.
struct Hit {
  Subject subject;
  const Variant* variant = nullptr;  ///< Of the subject's entry; null: the family.
  std::string where;                 ///< "file", "registry", "name", "Recovery" ...
  std::string passage;  ///< The text around the words, at most some 200 bytes; hostile as text is.
  double score = 0;
  std::size_t words = 0;  ///< How many of the question's words the whole page holds.
};

/// Finds the pages that hold the most of `question`'s words, the best passage of each, best first,
/// at most `hits_max`. Where a page holds all the words, pages that hold fewer are left out.
std::vector<Hit> search(const Encyclopedia& encyclopedia, std::string_view question,
                        std::size_t hits_max);

/// The words that `search` looks for: folded, without those of a question. For messages.
std::vector<std::string> words_of_question(std::string_view question);

}  // namespace antidotary::entries
