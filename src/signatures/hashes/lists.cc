#include "signatures/hashes/lists.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "core/json.h"
#include "core/text.h"
#include "signatures/clamav/lines.h"
#include "signatures/hashes/fields.h"

namespace antidotary::signatures::hashes {
namespace {

constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t depth_max = 64;
constexpr std::string_view why_context = "it is not meant for detection (to_ids is false)";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

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

/// What stands where there is no name.
bool says_nothing(std::string_view field) {
  static constexpr std::array<std::string_view, 7> words = {"",     "-",    "n/a",    "na",
                                                            "null", "none", "unknown"};
  return std::find(words.begin(), words.end(), ascii_lower(field)) != words.end();
}

/// Whether a field that no heading explains may be a name: no number, time or path.
bool is_wordy(std::string_view field) {
  return field.size() > 2 && field.find_first_not_of("0123456789.-:+ TZ") != field.npos &&
         field.find('/') == field.npos && field.find('\\') == field.npos && !says_nothing(field);
}

class List {
 public:
  List(const std::string& name, Corpus& corpus)
      : name_(name),
        corpus_(corpus),
        role_(says_allow(name) ? pack::Role::allow : pack::Role::detect) {}

  std::uint64_t taken() const { return taken_; }
  void set_heading(std::optional<Heading> heading) { heading_ = std::move(heading); }

  Status add(std::string_view digest, std::string_view label) {
    std::string name = clean_name(says_nothing(label) ? "" : label);
    if (name.empty()) name = given_name(name_, digest);
    ANTIDOTARY_CHECK(corpus_.add_digest(digest, 0, name, pack::Scope::file, role_));
    ++taken_;
    return {};
  }

  /// A line: its digests of the strongest kind (several of one kind are of several files).
  Status line(std::string_view text, std::uint32_t number) {
    if (heading_ && heading_->line == number) return {};
    if (const auto sum = sum_line(text)) {
      return add(sum->digest, is_wordy(sum->name) ? sum->name : "");
    }
    split_fields(text, fields_);
    std::size_t strongest = 0;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (!is_other(i)) strongest = std::max(strongest, digest_in(fields_[i]).size());
    }
    if (strongest == 0) {
      return fail(ErrorKind::bad_input,
                  "no field of this line is an MD5, SHA-1 or SHA-256 (32, 40 or 64 hexadecimal "
                  "digits)");
    }
    const std::string label = label_of();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const std::string_view digest = digest_in(fields_[i]);
      if (digest.size() == strongest && !is_other(i)) ANTIDOTARY_CHECK(add(digest, label));
    }
    return {};
  }

  /// A tree of JSON: MISP, STIX, or anything that holds digests.
  void json(const Json& node, const std::string& label, std::size_t depth = 0) {
    if (depth > depth_max) return;
    if (const auto* text = node.string()) return json_text(*text, label);
    if (const auto* array = node.array()) {
      for (const Json& one : *array) json(one, label, depth + 1);
      return;
    }
    const auto* object = node.object();
    if (object == nullptr) return;
    const std::string here = label_in(node, label);
    if (const Json* const pattern = node.find("pattern"); pattern && is_revoked(node)) {
      return refuse_revoked(here);
    }
    if (is_attribute(node)) return attribute(node, here);
    if (is_context(node)) return corpus_.refuse(0, std::string(why_context));
    for (const auto& [key, value] : *object) {
      if (is_of_something_else(key)) continue;
      if (says_allow(key)) {
        corpus_.refuse(0, fmt::format("what stands under the key '{}' is not taken: what is "
                                      "allowed has a file of its own, whose name says so",
                                      key.substr(0, 40)));
        continue;
      }
      json(value, here, depth + 1);
    }
  }

 private:
  bool is_other(std::size_t column) const {
    return heading_ && column < heading_->other.size() && heading_->other[column];
  }

  std::string label_of() const {
    if (heading_ && heading_->name && *heading_->name < fields_.size()) {
      return unquoted(fields_[*heading_->name]);
    }
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (digest_in(fields_[i]).empty() && !is_other(i) && is_wordy(fields_[i])) {
        return unquoted(fields_[i]);
      }
    }
    return "";
  }

  static std::string label_in(const Json& node, const std::string& label) {
    for (const std::string_view key :
         {"signature", "family", "malware", "info", "name", "comment"}) {
      const Json* const named = node.find(key);
      if (named == nullptr || named->string() == nullptr) continue;
      if (!says_nothing(*named->string())) return *named->string();
    }
    return label;
  }

  static bool is_revoked(const Json& node) {
    const Json* const revoked = node.find("revoked");
    return revoked != nullptr && revoked->boolean() != nullptr && *revoked->boolean();
  }
  void refuse_revoked(const std::string& label) {
    corpus_.refuse(0, fmt::format("the indicator '{}' is not taken: its author revoked it",
                                  escape_for_terminal(label.substr(0, 80))));
  }

  /// An attribute of MISP: a value with its type.
  static bool is_attribute(const Json& node) {
    const Json* const type = node.find("type");
    const Json* const value = node.find("value");
    return type != nullptr && type->string() != nullptr && value != nullptr &&
           value->string() != nullptr;
  }

  /// MISP: seen beside the threat, and no mark of it.
  static bool is_context(const Json& node) {
    const Json* const meant = node.find("to_ids");
    return meant != nullptr && meant->boolean() != nullptr && !*meant->boolean();
  }

  void attribute(const Json& node, const std::string& label) {
    const std::string& type = *node.find("type")->string();
    const std::string& value = *node.find("value")->string();
    const std::string kind = type.substr(type.rfind('|') + 1);
    const bool sample = type == "malware-sample";
    const std::size_t digits = kind == "md5" || sample ? 32
                               : kind == "sha1"        ? 40
                               : kind == "sha256"      ? 64
                                                       : 0;
    if (digits == 0) return;  // an address, a host: nothing that a file is held against
    const std::string digest = value.substr(value.rfind('|') + 1);
    const auto refuse = [&](std::string_view why) {
      corpus_.refuse(0, fmt::format("the attribute '{}' of type {} is not taken: {}",
                                    escape_for_terminal(value.substr(0, 80)),
                                    escape_for_terminal(type.substr(0, 40)), why));
    };
    if (is_context(node)) return refuse(why_context);
    if (digest.size() != digits || !is_digest(digest)) return refuse("it is no such digest");
    static_cast<void>(add(digest, label));
  }

  void json_text(const std::string& text, const std::string& label) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
      const bool word = i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
      if (word) continue;
      const std::string_view part = std::string_view(text).substr(begin, i - begin);
      if (is_digest(part)) static_cast<void>(add(part, label));
      begin = i + 1;
    }
  }

  const std::string& name_;
  Corpus& corpus_;
  pack::Role role_;
  std::optional<Heading> heading_;
  std::vector<std::string_view> fields_;  ///< Of the line at hand.
  std::uint64_t taken_ = 0;
};

/// What the first character that says something is.
char first_of(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? '\0' : text[first];
}

bool is_json(std::string_view text) { return first_of(text) == '{' || first_of(text) == '['; }

/// One tree, or one a line. Errors: malformed (neither).
Status read_json(std::string_view text, Corpus& corpus, List& list) {
  const auto tree = Json::parse(text);
  if (tree) {
    list.json(*tree, "");
    return {};
  }
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  const std::string_view first = text.substr(begin, text.find('\n', begin) - begin);
  if (first.size() + begin >= text.size() || !Json::parse(first)) {
    return fail(ErrorKind::malformed, "it is cut, or no JSON");
  }
  clamav::read_lines(as_bytes(text), corpus,
                     [&list](std::string_view line, std::uint32_t) -> Status {
                       const Json one = ANTIDOTARY_TRY(Json::parse(line));
                       list.json(one, "");
                       return {};
                     });
  return {};
}

}  // namespace

bool looks_like_list(Bytes start) {
  constexpr std::size_t looked_at_max = 64 << 10;
  std::string_view text = as_text(start.first(std::min(start.size(), looked_at_max)));
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  // JSON holds digests of anything: it is a list where its name says so.
  if (text.find('\0') != text.npos || is_json(text)) return false;
  // The last line may be cut.
  if (start.size() > looked_at_max) text = text.substr(0, text.rfind('\n') + 1);
  std::size_t lines = 0;
  std::size_t with_digest = 0;
  std::vector<std::string_view> fields;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line = trim(line);
    if (line.empty() || line.front() == '#') continue;
    ++lines;
    split_fields(line, fields);
    const bool holds = std::any_of(fields.begin(), fields.end(), [](std::string_view field) {
      return !digest_in(field).empty();
    });
    if (holds || sum_line(line)) ++with_digest;
  }
  return with_digest > 0 && with_digest * 2 >= lines;
}

std::string first_file_named(Bytes start) {
  constexpr std::size_t looked_at_max = 4 << 10;
  std::string_view text = as_text(start.first(std::min(start.size(), looked_at_max)));
  while (!text.empty()) {
    const std::string_view line = trim(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), text.find('\n')));
    text.remove_prefix(std::min<std::size_t>(text.size(), 1));
    if (const auto sum = sum_line(line)) return std::string(sum->name);
  }
  return "";
}

Status read_list(Bytes bytes, const std::string& name, Corpus& corpus) {
  List list(name, corpus);
  std::string_view text = as_text(bytes);
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  // As Windows' own programs write it.
  std::string converted;
  if (text.starts_with("\xff\xfe")) {
    converted = utf8_from_utf16_le(as_bytes(text.substr(2)));
    text = converted;
  }
  if (is_json(text)) {
    ANTIDOTARY_CHECK(read_json(text, corpus, list));
  } else {
    list.set_heading(heading_of(text));
    clamav::read_lines(as_bytes(text), corpus, [&list](std::string_view line, std::uint32_t at) {
      return list.line(line, at);
    });
  }
  if (list.taken() > 0) return {};
  return fail(ErrorKind::bad_input, "it holds no MD5, SHA-1 or SHA-256");
}

}  // namespace antidotary::signatures::hashes
