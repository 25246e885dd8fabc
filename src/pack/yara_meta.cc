#include "pack/yara_meta.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "core/text.h"

namespace antidotary::pack {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

template <std::size_t count>
bool is_one_of(std::string_view key, const std::array<std::string_view, count>& keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// "hash12" is "hash", "reference_2" is "reference".
std::string_view without_number(std::string_view key) {
  std::string_view bare = key;
  while (!bare.empty() && is_digit(bare.back())) bare.remove_suffix(1);
  if (bare.size() != key.size() && bare.ends_with('_')) bare.remove_suffix(1);
  // "md5", "sha256" and their like end in a number of their own.
  return bare == "md" || bare == "sha" || bare.empty() ? key : bare;
}

void add(std::vector<std::string>& list, std::string value) {
  if (value.empty() || list.size() >= yara_meta_items_max) return;
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

void add_first(std::string& to, std::string_view value) {
  if (to.empty()) to = collapse_white_space(value);
}

void add_author(YaraMeta& out, std::string_view value) {
  const std::string author = collapse_white_space(value);
  if (author.empty() || holds(out.author, author)) return;
  out.author += (out.author.empty() ? "" : ", ") + author;
}

/// Runs of 32, 40 or 64 hexadecimal digits that stand alone.
void add_hashes(YaraMeta& out, std::string_view value) {
  const std::string text = ascii_lower(value);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    bool hex = true;
    for (; end < text.size() && is_word(text[end]); ++end) hex = hex && is_hex(text[end]);
    const std::size_t size = end - at;
    if (hex && (size == 32 || size == 40 || size == 64)) add(out.hashes, text.substr(at, size));
    at = std::max(end, at + 1);
  }
}

/// Addresses part at white space and commas; anything else is one reference.
void add_references(YaraMeta& out, std::string_view value) {
  const std::string text = collapse_white_space(value);
  const bool addresses = text.starts_with("http://") || text.starts_with("https://");
  if (!addresses) return add(out.references, text);
  std::string one;
  for (const char c : text + " ") {
    if (c != ' ' && c != ',') {
      one += c;
    } else if (!one.empty()) {
      add(out.references, std::exchange(one, {}));
    }
  }
}

/// T and four digits, perhaps a dot, slash or underscore and three more, standing alone.
void add_attack(YaraMeta& out, std::string_view text) {
  const auto digits = [&](std::size_t from, std::size_t count) {
    if (from > text.size() || text.size() - from < count) return false;
    const auto part = text.substr(from, count);
    return std::all_of(part.begin(), part.end(), is_digit);
  };
  const auto ends = [&](std::size_t at) {
    return at >= text.size() || !is_word(text[at]) || text[at] == '_';
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool starts = at == 0 || !is_word(text[at - 1]) || text[at - 1] == '_';
    if (!starts || (text[at] != 'T' && text[at] != 't') || !digits(at + 1, 4)) continue;
    std::string id = "T" + std::string(text.substr(at + 1, 4));
    const std::size_t next = at + 5;
    if (!ends(next)) continue;
    const bool parted = next < text.size() && holds("./_", text.substr(next, 1));
    if (parted && digits(next + 1, 3) && ends(next + 4)) {
      id += "." + std::string(text.substr(next + 1, 3));
    }
    add(out.attack, std::move(id));
  }
}

/// The last name of "Windows.Trojan.Foo" or "win.foo", the first of "Foo Payload"; else as it is.
std::string family_of(std::string_view key, std::string_view value) {
  std::string text = collapse_white_space(value);
  if (key == "threat_name" || key.starts_with("malpedia")) return text.substr(text.rfind('.') + 1);
  if (key == "cape_type") {
    for (const std::string_view kind : {" Payload", " Loader", " Dropper"}) {
      if (text.ends_with(kind)) text.resize(text.size() - kind.size());
    }
  }
  return text;
}

std::string severity_of(std::uint32_t score) {
  if (score >= 90) return "critical";
  if (score >= 70) return "high";
  return score >= 40 ? "medium" : "low";
}

void read_severity(YaraMeta& out, std::string_view key, std::string_view value) {
  const std::string text = ascii_lower(trim(value));
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    // Of one to five where the key says so, else of a hundred.
    const std::uint64_t scaled = key == "tc_detection_factor" ? number * std::uint64_t{20} : number;
    const auto score = static_cast<std::uint32_t>(std::min<std::uint64_t>(scaled, 100));
    if (key == "score" || !out.score) out.score = score;
  } else if (text == "low" || text == "medium" || text == "high" || text == "critical") {
    out.severity = text;
  }
}

constexpr auto author_keys = std::to_array<std::string_view>({"author", "authors"});
constexpr auto description_keys =
    std::to_array<std::string_view>({"description", "desc", "info", "details"});
constexpr auto reference_keys =
    std::to_array<std::string_view>({"reference", "references", "ref", "url", "link", "links",
                                     "report", "blog", "source_url", "malpedia_reference"});
constexpr auto family_keys = std::to_array<std::string_view>(
    {"family", "malware", "malware_family", "malware_name", "malfamily", "mal_family",
     "threat_name", "tc_detection_name", "cape_type", "malpedia_family"});
constexpr auto severity_keys =
    std::to_array<std::string_view>({"score", "severity", "tc_detection_factor"});

bool is_hash_key(std::string_view key) {
  // Digests of other things than a sample.
  for (const std::string_view other : {"imphash", "logic", "rule", "fingerprint", "malpedia"}) {
    if (holds(key, other)) return false;
  }
  for (const std::string_view sign : {"hash", "md5", "sha1", "sha256", "sample"}) {
    if (holds(key, sign)) return true;
  }
  return false;
}

bool is_attack_key(std::string_view key) {
  for (const std::string_view sign : {"mitre", "attack", "att_ck", "technique", "ttp"}) {
    if (holds(key, sign)) return true;
  }
  return key == "tags";
}

void read_one(YaraMeta& out, std::string_view written_key, std::string_view value) {
  const std::string lower = ascii_lower(written_key);
  const std::string_view key = without_number(lower);
  if (is_one_of(key, author_keys)) return add_author(out, value);
  if (is_one_of(key, description_keys)) return add_first(out.description, value);
  if (key == "license" || key == "licence" || key == "license_url") {
    return add_first(out.license, value);
  }
  if (is_one_of(key, reference_keys)) {
    if (holds(value, "attack.mitre.org")) add_attack(out, value);
    return add_references(out, value);
  }
  if (is_one_of(key, family_keys)) return add(out.families, family_of(key, value));
  if (is_one_of(key, severity_keys)) return read_severity(out, key, value);
  if (is_attack_key(key)) return add_attack(out, value);
  if (is_hash_key(key)) return add_hashes(out, value);
  if (key == "id" || key == "uuid" || key == "rule_id") return add_first(out.id, value);
  if (key == "date" || key == "creation_date") return add_first(out.date, value);
  if (key == "sharing" || key == "tlp") return add_first(out.sharing, value);
}

}  // namespace

YaraMeta read_yara_meta(const std::vector<std::pair<std::string, std::string>>& meta,
                        const std::vector<std::string>& tags) {
  YaraMeta out;
  for (const auto& [key, value] : meta) read_one(out, key, value);
  for (const std::string& tag : tags) add_attack(out, tag);
  if (out.severity.empty() && out.score) out.severity = severity_of(*out.score);
  return out;
}

std::vector<std::pair<std::string, std::string>> shown(const YaraMeta& meta) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto one = [&](const char* key, const std::string& value) {
    if (!value.empty()) out.emplace_back(key, value);
  };
  const auto each = [&](const char* key, const std::vector<std::string>& values) {
    for (const std::string& value : values) one(key, value);
  };
  one("author", meta.author);
  one("description", meta.description);
  each("family", meta.families);
  each("attack", meta.attack);
  each("reference", meta.references);
  each("hash", meta.hashes);
  if (meta.score) one("score", std::to_string(*meta.score));
  one("severity", meta.severity);
  one("id", meta.id);
  one("date", meta.date);
  one("sharing", meta.sharing);
  one("license", meta.license);
  return out;
}

}  // namespace antidotary::pack
