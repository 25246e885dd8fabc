// Label: words between separators; those that are types, platforms or marks are set aside.
#include "entries/label.h"

#include <algorithm>
#include <vector>

#include "core/text.h"
#include "entries/dialects.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view separators = "./:_\\- []~";
constexpr std::size_t variant_letters_max = 4;
constexpr std::size_t length_digits_min = 3;

struct Word {
  std::string_view text;
  std::size_t begin = 0;
};

/// Where what follows the name begins: "@mm", "!zip", "(later ...)", "[Wrm]", "#1".
std::size_t suffix_of(std::string_view text) {
  std::size_t end = text.size();
  for (const char mark : {'@', '!', '(', '{', '#', ','}) {
    const std::size_t at = text.find(mark);
    if (at != std::string_view::npos && at != 0) end = std::min(end, at);
  }
  // "Win32:Netsky-AA [Wrm]" ends there; "Worm[Email]/Win32.Mydoom" does not.
  const std::size_t bracket = text.find(" [");
  if (bracket != std::string_view::npos && bracket != 0) end = std::min(end, bracket);
  return end;
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  std::size_t begin = std::string_view::npos;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && separators.find(text[i]) == std::string_view::npos) {
      if (begin == std::string_view::npos) begin = i;
      continue;
    }
    if (begin != std::string_view::npos) words.push_back({text.substr(begin, i - begin), begin});
    begin = std::string_view::npos;
  }
  return words;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || (c & 0x80) != 0) out.push_back(c);
  }
  return out;
}

/// One or a few letters, with at most a digit or two: "a", "nao", "b1".
bool may_be_variant(std::string_view word, const Dialect* dialect) {
  const auto letters = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_letter));
  const auto digits = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_digit));
  if (letters == 0 || letters > variant_letters_max || digits > 2) return false;
  if (letters + digits != word.size()) return false;
  const bool record = dialect != nullptr && digits > 0 && letters == 1 &&
                      dialect->record_letters.find(word[0]) != std::string_view::npos;
  return !record;
}

void append_type(std::string& type, std::string_view word) {
  if (!type.empty()) type += '-';
  type += word;
}

/// Sets aside what stands before the family; yields the index of the family's word.
std::size_t read_prefix(const std::vector<Word>& words, Label& label) {
  std::size_t at = 0;
  for (; at < words.size(); ++at) {
    const WordClass kind = class_of(words[at].text);
    // A generic word before another word is a mark ("Gen:Variant.Mydoom"); the last is the family.
    const bool mark = kind == WordClass::generic && at + 1 < words.size() &&
                      class_of(words[at + 1].text) != WordClass::other;
    const bool lone = kind == WordClass::filler && at > 0 && at + 1 == words.size();
    if (kind == WordClass::other || (kind == WordClass::generic && !mark) || lone) break;
    if (kind == WordClass::type) append_type(label.type, words[at].text);
    if (kind == WordClass::platform && label.platform.empty()) label.platform = words[at].text;
    if (kind == WordClass::filler && words[at].text == "i") label.type = "i";
  }
  return at;
}

void read_tail(std::string_view lower, const std::vector<Word>& words, std::size_t at,
               const Dialect* dialect, Label& label) {
  for (; at < words.size(); ++at) {
    const std::string_view word = words[at].text;
    if (std::all_of(word.begin(), word.end(), is_digit)) {
      const bool length = dialect == nullptr || dialect->digits == Digits::length;
      if (length && word.size() >= length_digits_min && label.length.empty()) label.length = word;
      continue;
    }
    // "Netsky.P.worm": what follows the letter is no other letter.
    if (is_trailing_word(word) || class_of(word) == WordClass::platform) continue;
    if (word.size() > 1 && class_of(word) == WordClass::type) continue;
    if (label.variant.empty() && may_be_variant(word, dialect)) {
      label.variant = letters_and_digits(word);
      label.joint = lower[words[at].begin - 1];
    } else if (label.variant.empty()) {
      return;
    }
  }
}

}  // namespace

bool Label::same_dialect(const Label& other) const {
  const bool joints = joint == other.joint || joint == '\0' || other.joint == '\0';
  return prefix == other.prefix && joints;
}

Label parse_label(std::string_view text, std::string_view vendor) {
  Label label;
  const std::string_view whole = trim(text.substr(0, std::min(text.size(), label_bytes_max)));
  const std::size_t end = suffix_of(whole);
  label.suffixes = trim(whole.substr(end));
  const std::string lower = ascii_lower(trim(whole.substr(0, end)));
  const std::vector<Word> words = words_of(lower);
  const Dialect* dialect = vendor.empty() ? nullptr : find_dialect(vendor);
  const std::size_t at = read_prefix(words, label);
  if (at == words.size()) return label;
  label.prefix = lower.substr(0, words[at].begin);
  label.family = letters_and_digits(words[at].text);
  label.generic = class_of(words[at].text) == WordClass::generic;
  read_tail(lower, words, at + 1, dialect, label);
  return label;
}

}  // namespace antidotary::entries
