#include "host/ini_words.h"

#include <algorithm>

#include "core/text.h"
#include "formats/lines/lines.h"

namespace antidotary::host {
namespace {

std::string_view unquoted(std::string_view word) {
  if (word.starts_with('"')) word.remove_prefix(1);
  if (word.ends_with('"')) word.remove_suffix(1);
  return word;
}

std::string_view last_name(std::string_view word) {
  word = unquoted(word);
  const std::size_t slash = word.find_last_of("\\/");
  return slash == word.npos ? word : word.substr(slash + 1);
}

}  // namespace

bool is_word(std::string_view word, const WordForms& forms) {
  return std::any_of(forms.begin(), forms.end(), [&](const std::string& form) {
    return matches_wildcard(form, unquoted(word));
  });
}

bool has_stated_name(std::string_view text, const entries::IniChange& change) {
  const std::vector<std::string> words = words_of(text);
  const auto is_among = [&](const std::string& stated) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return matches_wildcard(last_name(stated), last_name(word));
    });
  };
  return std::any_of(change.data.begin(), change.data.end(), [&](const std::string& data) {
    const std::vector<std::string> stated = words_of(data);
    return std::any_of(stated.begin(), stated.end(), is_among);
  });
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  for (const lines::Part& part : lines::words(text, {0, text.size()})) {
    out.emplace_back(part.of(text));
  }
  return out;
}

std::vector<std::string> programs_added(std::string_view data, std::string_view old) {
  const std::vector<std::string> before = words_of(old);
  std::vector<std::string> out;
  for (std::string& word : words_of(data)) {
    const bool was = std::any_of(before.begin(), before.end(), [&](const std::string& one) {
      return equal_ignoring_case(one, word);
    });
    const std::string name(last_name(word));
    const bool shell = equal_ascii_ignoring_case(name, "explorer.exe") ||
                       equal_ascii_ignoring_case(name, "explorer");
    if (!was && !shell && name.find('.') != name.npos) out.push_back(std::move(word));
  }
  return out;
}

}  // namespace antidotary::host
