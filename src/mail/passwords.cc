#include "mail/passwords.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/text.h"

namespace antidotary::mail {
namespace {

using namespace std::string_view_literals;

// Those with letters beyond ASCII as they are mostly written; a longer word holds a shorter one.
constexpr std::array words = {"password"sv,
                              "passcode"sv,
                              "pass phrase"sv,
                              "passphrase"sv,
                              "passwd"sv,
                              "pwd"sv,
                              "passwort"sv,
                              "kennwort"sv,
                              "mot de passe"sv,
                              "contrase"sv,
                              "clave"sv,
                              "senha"sv,
                              "parola"sv,
                              "has\u0142o"sv,
                              "haslo"sv,
                              "heslo"sv,
                              "wachtwoord"sv,
                              "l\u00f6senord"sv,
                              "jelsz\u00f3"sv,
                              "adgangskode"sv,
                              "\u043f\u0430\u0440\u043e\u043b\u044c"sv,
                              "\u041f\u0430\u0440\u043e\u043b\u044c"sv,
                              "\u5bc6\u7801"sv,
                              "\u5bc6\u78bc"sv,
                              "\u30d1\u30b9\u30ef\u30fc\u30c9"sv,
                              "pass"sv,
                              "pin"sv,
                              "key"sv,
                              "code"sv};
constexpr std::size_t tokens_behind = 5;
constexpr std::size_t tokens_before = 3;
constexpr std::size_t places_max = 16;
constexpr std::string_view signs = "\"'`()[]{}<>.,;:!?=*_-";
constexpr std::string_view blanks = " \t\r\n\f\v";

class Candidates {
 public:
  /// Without the signs around it, then without the first alone, then as it stands.
  void take(std::string_view token) {
    for (const std::string_view quote : {"\u201c"sv, "\u201d"sv, "\u201e"sv, "\u00ab"sv, "\u00bb"sv,
                                         "\u2018"sv, "\u2019"sv, "\uff1a"sv}) {
      while (token.starts_with(quote)) token.remove_prefix(quote.size());
      while (token.ends_with(quote)) token.remove_suffix(quote.size());
    }
    const std::size_t first = token.find_first_not_of(signs);
    if (first == token.npos) return;
    add(token.substr(first, token.find_last_not_of(signs) + 1 - first));
    add(token.substr(first));
    add(token);
  }

  std::vector<std::string> out;

 private:
  void add(std::string_view text) {
    if (text.empty() || text.size() > password_bytes_max || out.size() >= passwords_max) return;
    if (std::find(out.begin(), out.end(), text) == out.end()) out.emplace_back(text);
  }
};

/// Words that stand between "password" and what it is.
bool says_nothing(std::string_view token) {
  static constexpr std::array fillers = {
      "is"sv,      "the"sv,     "for"sv,        "to"sv,       "of"sv,  "ist"sv, "lautet"sv,
      "es"sv,      "est"sv,     "a"sv,          "das"sv,      "der"sv, "zip"sv, "file"sv,
      "and"sv,     "in"sv,      "with"sv,       "your"sv,     "use"sv, "e"sv,   "\u00e9"sv,
      "to open"sv, "archive"sv, "attachment"sv, "protected"sv};
  while (!token.empty() && signs.find(token.front()) != signs.npos) token.remove_prefix(1);
  while (!token.empty() && signs.find(token.back()) != signs.npos) token.remove_suffix(1);
  const std::string lower = ascii_lower(token);
  return lower.empty() || std::find(fillers.begin(), fillers.end(), lower) != fillers.end();
}

void take_behind(std::string_view text, std::size_t at, Candidates& out) {
  for (std::size_t taken = 0; taken < tokens_behind; ++taken) {
    at = text.find_first_not_of(blanks, at);
    if (at == text.npos) return;
    const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
    const std::string_view token = text.substr(at, end - at);
    if (!says_nothing(token)) out.take(token);
    at = end;
  }
}

void take_before(std::string_view text, std::size_t at, Candidates& out) {
  for (std::size_t taken = 0; taken < tokens_before; ++taken) {
    const std::size_t last = text.substr(0, at).find_last_not_of(blanks);
    if (last == text.npos) return;
    const std::size_t before = text.substr(0, last).find_last_of(blanks);
    const std::size_t begin = before == text.npos ? 0 : before + 1;
    const std::string_view token = text.substr(begin, last + 1 - begin);
    if (!says_nothing(token)) out.take(token);
    at = begin;
  }
}

void search(std::string_view text, Candidates& out) {
  const std::string lower = ascii_lower(text);
  std::vector<std::pair<std::size_t, std::size_t>> places;  // begin and end of each word
  for (const std::string_view word : words) {
    std::size_t at = 0;
    while (places.size() < places_max && (at = lower.find(word, at)) != lower.npos) {
      const auto known = std::any_of(places.begin(), places.end(), [&](const auto& place) {
        return at >= place.first && at < place.second;
      });
      if (!known) places.emplace_back(at, at + word.size());
      at += word.size();
    }
  }
  for (const auto& [begin, end] : places) take_behind(text, end, out);
  for (const auto& [begin, end] : places) take_before(text, begin, out);
}

}  // namespace

std::vector<std::string> passwords_in(const Letter& letter) {
  Candidates out;
  search(letter.text, out);
  search(letter.subject, out);
  return std::move(out.out);
}

}  // namespace antidotary::mail
