#include "signatures/hashes/lists.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/json.h"
#include "core/text.h"
#include "signatures/clamav/lines.h"

namespace antidotary::signatures::hashes {
namespace {

constexpr std::size_t name_bytes_max = 200;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char one) {
    return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f') || (one >= 'A' && one <= 'F');
  });
}

bool is_digest(std::string_view text) {
  return (text.size() == 32 || text.size() == 40 || text.size() == 64) && is_hex(text);
}

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view blanks = " \t\"'*";
  while (!text.empty() && blanks.find(text.front()) != std::string_view::npos)
    text.remove_prefix(1);
  while (!text.empty() && blanks.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

/// Where the list says nothing of a digest's name: "Listed.<file>.<first digits>".
std::string given_name(const std::string& list, std::string_view digest) {
  const std::size_t slash = list.rfind('/');
  std::string stem = slash == std::string::npos ? list : list.substr(slash + 1);
  stem = stem.substr(0, stem.find('.'));
  return "Listed." + stem + "." + ascii_lower(digest.substr(0, 12));
}

/// A name that can be shown on a line.
std::string clean_name(std::string_view text) {
  std::string out;
  for (const char one : text.substr(0, name_bytes_max)) {
    const bool plain = one > ' ' && one != ':' && one != 0x7f;
    out += plain ? one : '_';
  }
  return out;
}

bool is_letter(char one) { return one >= 'a' && one <= 'z'; }

/// "not-", "do_not_", "non": the word that follows is denied. A folder's name denies nothing.
bool is_denied(std::string_view before) {
  while (!before.empty() && !is_letter(before.back()) && before.back() != '/') {
    before.remove_suffix(1);
  }
  std::size_t begin = before.size();
  while (begin > 0 && is_letter(before[begin - 1])) --begin;
  static constexpr std::array<std::string_view, 5> denials = {"not", "non", "no", "never", "un"};
  return std::find(denials.begin(), denials.end(), before.substr(begin)) != denials.end();
}

/// Whether `word` stands in `lower`, at the start of a word where `whole`, and is not denied.
bool says(std::string_view lower, std::string_view word, bool whole) {
  for (std::size_t at = lower.find(word); at != lower.npos; at = lower.find(word, at + 1)) {
    const bool begins = at == 0 || !is_letter(lower[at - 1]);
    if ((begins || !whole) && !is_denied(lower.substr(0, at))) return true;
  }
  return false;
}

bool says_allow(const std::string& name) {
  const std::string lower = ascii_lower(name);
  // Not "swallow": allowing by chance would hide what the list names.
  if (says(lower, "allow", true)) return true;
  static constexpr std::array<std::string_view, 4> words = {"whitelist", "nsrl", "falsepositive",
                                                            "known-good"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return says(lower, word, false); });
}

class List {
 public:
  List(const std::string& name, Corpus& corpus)
      : name_(name),
        corpus_(corpus),
        role_(says_allow(name) ? pack::Role::allow : pack::Role::detect) {}

  std::uint64_t taken() const { return taken_; }

  Status add(std::string_view digest, std::string_view label) {
    std::string name = clean_name(label);
    if (name.empty()) name = given_name(name_, digest);
    ANTIDOTARY_CHECK(corpus_.add_digest(digest, 0, name, pack::Scope::file, role_));
    ++taken_;
    return {};
  }

  /// A line: its first digest of the strongest kind, named by the field behind it that is no
  /// digest, no number and no path.
  Status line(std::string_view text) {
    const char separator = text.find(',') != std::string_view::npos    ? ','
                           : text.find(';') != std::string_view::npos  ? ';'
                           : text.find('\t') != std::string_view::npos ? '\t'
                                                                       : ' ';
    std::string_view best;
    std::string_view label;
    for (const std::string_view raw : clamav::split(text, separator, 64)) {
      const std::string_view field = trimmed(raw);
      if (is_digest(field)) {
        if (field.size() > best.size()) best = field;
        continue;
      }
      const bool wordy = field.size() > 2 &&
                         field.find_first_not_of("0123456789.-:+ TZ") != std::string_view::npos;
      if (label.empty() && wordy && field.find('/') == std::string_view::npos) label = field;
    }
    if (best.empty()) {
      // A heading is no mistake.
      if (++seen_ == 1 && taken_ == 0) return {};
      return fail(ErrorKind::bad_input, "no MD5, SHA-1 or SHA-256 stands in this line");
    }
    ++seen_;
    return add(best, label);
  }

  /// Every value of a JSON tree that is a digest, or holds one in a STIX pattern or after '|'.
  void json(const Json& node, const std::string& label, std::size_t depth = 0) {
    if (depth > 64) return;
    if (const auto* text = node.string()) return json_text(*text, label);
    if (const auto* array = node.array()) {
      for (const Json& one : *array) json(one, label, depth + 1);
      return;
    }
    const auto* object = node.object();
    if (object == nullptr) return;
    std::string here = label;
    for (const std::string_view key : {"info", "name", "comment"}) {
      const Json* const named = node.find(key);
      if (named != nullptr && named->string() != nullptr && !named->string()->empty()) {
        here = *named->string();
        break;
      }
    }
    // MISP: what is not meant for detection is context.
    const Json* const meant = node.find("to_ids");
    if (meant != nullptr && meant->boolean() != nullptr && !*meant->boolean()) return;
    for (const auto& [key, value] : *object) {
      const bool identifier = key == "uuid" || key == "id" || key == "event_id";
      if (!identifier) json(value, here, depth + 1);
    }
  }

 private:
  void json_text(const std::string& text, const std::string& label) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      const bool hex = i < text.size() && is_hex(text.substr(i, 1));
      if (hex) continue;
      const std::string_view word = std::string_view(text).substr(begin, i - begin);
      if (is_digest(word)) static_cast<void>(add(word, label));
      begin = i + 1;
    }
  }

  const std::string& name_;
  Corpus& corpus_;
  pack::Role role_;
  std::uint64_t taken_ = 0;
  std::uint64_t seen_ = 0;
};

}  // namespace

Status read_list(Bytes bytes, const std::string& name, Corpus& corpus) {
  List list(name, corpus);
  const std::string_view text = as_text(bytes);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  if (json) {
    const auto tree = Json::parse(text);
    if (!tree) return tl::unexpected(with_context(tree.error(), name));
    list.json(*tree, "");
  } else {
    clamav::read_lines(bytes, corpus,
                       [&list](std::string_view line, std::uint32_t) { return list.line(line); });
  }
  if (list.taken() > 0) return {};
  return fail(ErrorKind::bad_input, "{} holds no MD5, SHA-1 or SHA-256", name);
}

}  // namespace antidotary::signatures::hashes
