// StixPattern: one observation where all terms are of one object, several joined by AND where not.
#include "publish/exports/stix_pattern.h"

#include <fmt/core.h>

#include <array>
#include <map>

#include "core/text.h"

namespace antidotary::publish {
namespace {

// In the order of Property.
constexpr std::array<std::string_view, 16> paths = {
    "file:parent_directory_ref.path",
    "file:name",
    "file:size",
    "file:hashes.MD5",
    "file:hashes.'SHA-1'",
    "file:hashes.'SHA-256'",
    "windows-registry-key:key",
    "windows-registry-key:values[*].name",
    "windows-registry-key:values[*].data",
    "email-message:from_ref.value",
    "email-message:subject",
    "email-message:body",
    "email-message:body_multipart[*].body_raw_ref.name",
    "mutex:name",
    "domain-name:value",
    "network-traffic:dst_port",
};

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// As PCRE, which the standard names (STIX 2.1, 9.6.1); LIKE has no escape for its own signs, and no
// way to say that Windows takes names in either case.
std::string matching(std::string_view text, bool whole) {
  const std::string regex = regex_of(text, ".*");
  return quoted(whole ? "(?i)^" + regex + "$" : "(?i)" + regex);
}

std::string compared(std::string_view path, const std::string& value, bool literal) {
  return has_wildcard(value) && !literal ? fmt::format("{} MATCHES {}", path, matching(value, true))
                                         : fmt::format("{} = {}", path, quoted(value));
}

std::string port_compared(std::string_view path, const std::string& value) {
  const std::string range = value.substr(0, value.find('/'));
  const std::size_t dash = range.find('-');
  if (dash == std::string::npos) return fmt::format("{} = {}", path, range);
  return fmt::format("({0} >= {1} AND {0} <= {2})", path, range.substr(0, dash),
                     range.substr(dash + 1));
}

std::vector<std::string> comparisons(const Term& term) {
  const std::string_view path = paths[static_cast<std::size_t>(term.property)];
  std::vector<std::string> out;
  for (const std::string& value : values_on_disk(term)) {
    switch (term.property) {
      case Property::file_size:
        out.push_back(fmt::format("{} = {}", path, value));
        break;
      case Property::mail_body:
        out.push_back(fmt::format("{} MATCHES {}", path, matching(value, false)));
        break;
      case Property::port:
        out.push_back(port_compared(path, value));
        break;
      default:
        out.push_back(compared(path, value, term.literal));
    }
  }
  return out;
}

std::string any_of(const std::vector<std::string>& list) {
  if (list.size() == 1) return list.front();
  return "(" + join(list, " OR ") + ")";
}

}  // namespace

std::string stix_pattern(const Terms& terms) {
  std::map<std::string, std::vector<std::string>> objects;
  std::vector<std::string> digests;
  for (const Term& term : terms) {
    const std::string_view path = paths[static_cast<std::size_t>(term.property)];
    const std::vector<std::string> list = comparisons(term);
    if (is_digest(term.property)) {
      digests.insert(digests.end(), list.begin(), list.end());
    } else {
      objects[std::string(path.substr(0, path.find(':')))].push_back(any_of(list));
    }
  }
  if (!digests.empty()) objects["file"].push_back(any_of(digests));
  std::vector<std::string> out;
  for (const auto& [name, parts] : objects) out.push_back("[" + join(parts, " AND ") + "]");
  return join(out, " AND ");
}

}  // namespace antidotary::publish
