#include "signatures/hashes/fields.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace antidotary::signatures::hashes {
namespace {

constexpr std::size_t fields_max = 64;
constexpr std::string_view blanks = " \t";

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char one) {
    return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f') || (one >= 'A' && one <= 'F');
  });
}

/// A quote opens where a field begins, and closes where no second one follows.
std::size_t end_of_field(std::string_view line, std::size_t at, std::string_view separators) {
  const std::size_t begin = std::min(line.find_first_not_of(blanks, at), line.size());
  if (begin == line.size() || line[begin] != '"') {
    return std::min(line.find_first_of(separators, at), line.size());
  }
  for (std::size_t i = begin + 1; i < line.size(); ++i) {
    if (line[i] != '"') continue;
    if (i + 1 < line.size() && line[i + 1] == '"') {
      ++i;
      continue;
    }
    return std::min(line.find_first_of(separators, i + 1), line.size());
  }
  return line.size();
}

/// The first of these that stands outside quotes; blanks where none does.
std::string_view separator_of(std::string_view line) {
  static constexpr std::array<std::string_view, 4> all = {",", ";", "\t", "|"};
  for (const std::string_view one : all) {
    if (end_of_field(line, 0, one) < line.size()) return one;
  }
  return blanks;
}

std::string_view bare(std::string_view field) {
  field = trim(field);
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
    return trim(field.substr(1, field.size() - 2));
  }
  return field;
}

/// "SHA-256 hash" as "sha256hash".
std::string plain(std::string_view column) {
  std::string out;
  for (const char one : ascii_lower(column)) {
    if ((one >= 'a' && one <= 'z') || (one >= '0' && one <= '9')) out += one;
  }
  return out;
}

bool names_a_digest(const std::string& column) {
  static constexpr std::array<std::string_view, 5> words = {"md5", "sha1", "sha256", "hash",
                                                            "digest"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view one) { return column.find(one) != column.npos; });
}

/// Better ones first.
std::optional<std::size_t> name_column(const std::vector<std::string>& columns) {
  static constexpr std::array<std::string_view, 16> names = {
      "signature", "family",      "malware",   "malwarefamily", "threat",   "threatname",
      "detection", "label",       "virusname", "name",          "filename", "description",
      "comment",   "malwarename", "tag",       "tags"};
  for (const std::string_view one : names) {
    const auto found = std::find(columns.begin(), columns.end(), one);
    if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  }
  return std::nullopt;
}

}  // namespace

bool is_digest(std::string_view text) {
  return (text.size() == 32 || text.size() == 40 || text.size() == 64) && is_hex(text);
}

std::string_view digest_in(std::string_view field) {
  for (const std::string_view one : {"md5:", "sha1:", "sha256:"}) {
    if (starts_with_ignoring_case(field, one)) field.remove_prefix(one.size());
  }
  return is_digest(field) ? field : std::string_view{};
}

std::optional<SumLine> sum_line(std::string_view line) {
  line = trim(line);
  const std::size_t blank = line.find(' ');
  if (blank != line.npos && blank + 1 < line.size() && is_digest(line.substr(0, blank)) &&
      (line[blank + 1] == ' ' || line[blank + 1] == '*')) {
    return SumLine{line.substr(0, blank), trim(line.substr(blank + 2))};
  }
  const std::size_t equals = line.rfind('=');
  const std::size_t open = line.find('(');
  if (equals == line.npos || open == line.npos || open > equals) return std::nullopt;
  const std::string_view digest = trim(line.substr(equals + 1));
  const std::string_view before = trim(line.substr(0, equals));
  if (!is_digest(digest) || !before.ends_with(')')) return std::nullopt;
  return SumLine{digest, before.substr(open + 1, before.size() - open - 2)};
}

void split_fields(std::string_view line, std::vector<std::string_view>& out) {
  out.clear();
  const std::string_view separators = separator_of(line);
  const bool by_blanks = separators == blanks;
  for (std::size_t at = 0; at <= line.size() && out.size() < fields_max;) {
    const std::size_t end = end_of_field(line, at, separators);
    const std::string_view field = bare(line.substr(at, end - at));
    if (!by_blanks || !field.empty()) out.push_back(field);
    at = end + 1;
  }
}

std::string unquoted(std::string_view field) {
  std::string out;
  for (std::size_t i = 0; i < field.size(); ++i) {
    out += field[i];
    if (field[i] == '"' && i + 1 < field.size() && field[i + 1] == '"') ++i;
  }
  return out;
}

bool is_of_something_else(std::string_view column) {
  static constexpr std::array<std::string_view, 14> words = {
      "imphash", "impfuzzy", "dhash", "telfhash", "authentihash", "pehash",  "vhash",
      "uuid",    "guid",     "icon",  "parent",   "rich",         "section", "ssdeep"};
  const std::string name = plain(column);
  return name == "id" || name == "eventid" ||
         std::any_of(words.begin(), words.end(),
                     [&](std::string_view one) { return name.find(one) != name.npos; });
}

std::optional<Heading> heading_of(std::string_view text) {
  constexpr std::size_t lines_max = 100;
  std::vector<std::string_view> fields;
  for (std::size_t line = 1; line <= lines_max && !text.empty(); ++line) {
    std::string_view row = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), row.size() + 1));
    row = row.substr(std::min(row.find_first_not_of("# \t"), row.size()));
    if (!row.empty() && row.back() == '\r') row.remove_suffix(1);
    if (sum_line(row)) return std::nullopt;
    split_fields(row, fields);
    const auto holds = [](std::string_view field) { return !digest_in(field).empty(); };
    if (std::any_of(fields.begin(), fields.end(), holds)) return std::nullopt;
    std::vector<std::string> columns;
    for (const std::string_view field : fields) columns.push_back(plain(field));
    // One word may be a heading, a sentence is a remark.
    const bool short_enough = columns.size() > 1 || (columns.size() == 1 && columns[0].size() < 12);
    if (!short_enough || std::none_of(columns.begin(), columns.end(), names_a_digest)) continue;
    Heading out;
    out.line = line;
    for (const std::string_view field : fields) out.other.push_back(is_of_something_else(field));
    out.name = name_column(columns);
    return out;
  }
  return std::nullopt;
}

}  // namespace antidotary::signatures::hashes
