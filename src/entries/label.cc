// Label: words between separators; those that are types, platforms or marks are set aside.
#include "entries/label.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/text.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view separators = "./:_\\- ";

/// Words that say what a threat is or runs on, never which one it is.
constexpr std::array<std::string_view, 65> common_words = {
    "a",          "adware",   "android",   "backdoor", "bat",      "bck",
    "bds",        "boot",     "dldr",      "dos",      "download", "dropped",
    "dropper",    "email",    "emailworm", "exploit",  "family",   "gen",
    "generic",    "hacktool", "heur",      "html",     "i",        "im",
    "irc",        "java",     "js",        "linux",    "mac",      "macro",
    "malware",    "msil",     "net",       "not",      "osx",      "p2p",
    "pe",         "pua",      "ransom",    "rootkit",  "script",   "spy",
    "suspicious", "tr",       "trj",       "troj",     "trojan",   "trojandownloader",
    "unix",       "vbs",      "vir",       "virus",    "w2k",      "w32",
    "w64",        "w95",      "w97m",      "w9x",      "win",      "win16",
    "win32",      "win64",    "win95",     "worm",     "x97m"};

/// Words after the family that are no variant.
constexpr std::array<std::string_view, 8> trailing_words = {"worm",   "gen", "generic", "virus",
                                                            "family", "dam", "intd",    "based"};

struct Word {
  std::string text;
  std::size_t begin = 0;
};

bool is_one_of(std::string_view word, const auto& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// Cuts what follows the name: "@mm", "!zip", "(later ...)", "[Wrm]", "#1".
std::string_view without_suffix(std::string_view text) {
  for (const char mark : {'@', '!', '(', '[', '#', ','}) {
    const std::size_t at = text.find(mark);
    if (at != std::string_view::npos && at != 0) text = text.substr(0, at);
  }
  return trim(text);
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  bool open = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (separators.find(text[i]) != std::string_view::npos) {
      open = false;
      continue;
    }
    if (!open) words.push_back({"", i});
    open = true;
    words.back().text.push_back(text[i]);
  }
  return words;
}

bool may_be_variant(const std::string& word) {
  return word.size() <= 3 && !is_one_of(word, trailing_words);
}

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
    if (kept) out.push_back(c);
  }
  return out;
}

}  // namespace

bool Label::same_dialect(const Label& other) const {
  const bool joints = joint == other.joint || joint == '\0' || other.joint == '\0';
  return prefix == other.prefix && joints;
}

Label parse_label(std::string_view text) {
  Label label;
  const std::string lower =
      ascii_lower(without_suffix(trim(text.substr(0, std::min(text.size(), label_bytes_max)))));
  const std::vector<Word> words = words_of(lower);
  std::size_t at = 0;
  while (at < words.size() && is_one_of(words[at].text, common_words)) ++at;
  if (at == words.size()) return label;
  label.prefix = lower.substr(0, words[at].begin);
  label.family = letters_and_digits(words[at].text);
  if (at + 1 < words.size() && may_be_variant(words[at + 1].text)) {
    label.variant = letters_and_digits(words[at + 1].text);
    label.joint = lower[words[at + 1].begin - 1];
  }
  return label;
}

}  // namespace antidotary::entries
