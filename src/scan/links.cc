#include "scan/links.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/digest.h"
#include "core/text.h"

namespace antidotary::scan {
namespace {

using namespace std::string_view_literals;
using pack::LinkDigest;
using pack::LinkRule;

constexpr std::size_t address_bytes_max = 4096;
constexpr std::string_view spoofed = "Heuristics.Phishing.Email.SpoofedDomain";
constexpr std::string_view ssl_spoofed = "Heuristics.Phishing.Email.SSL-Spoof";
constexpr std::string_view cloaked = "Heuristics.Phishing.Email.Cloaked.Null";
constexpr std::string_view safe_scheme = "https://";

// What stands for a domain where no scheme says that an address is meant; any two letters do, too.
constexpr std::array top_domains = {"com"sv,    "net"sv,  "org"sv,  "edu"sv,   "gov"sv, "mil"sv,
                                    "int"sv,    "info"sv, "biz"sv,  "name"sv,  "pro"sv, "aero"sv,
                                    "coop"sv,   "cat"sv,  "jobs"sv, "mobi"sv,  "tel"sv, "asia"sv,
                                    "museum"sv, "arpa"sv, "post"sv, "travel"sv};

constexpr std::array schemes = {"http://"sv, "https://"sv, "ftp://"sv};

bool is_letter(char one) { return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z'); }
bool is_blank(char one) { return one == ' ' || (one >= '\t' && one <= '\r'); }
bool may_stand_in_host(char one) {
  return is_letter(one) || (one >= '0' && one <= '9') || one == '-' || one == '_' || one == '.' ||
         static_cast<unsigned char>(one) >= 0x80;
}

/// The host at the begin of an address without its scheme, or empty.
std::string host_at(std::string_view rest) {
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const std::size_t at = rest.rfind('@'); at != rest.npos) rest.remove_prefix(at + 1);
  rest = rest.substr(0, rest.find(':'));
  while (rest.ends_with('.')) rest.remove_suffix(1);
  return ascii_lower(rest);
}

/// A host's name without a scheme before it: labels, and a domain that exists behind the last dot.
std::string bare_host(std::string_view text) {
  const std::string_view host = text.substr(0, text.find_first_of("/?#"));
  const std::size_t dot = host.rfind('.');
  if (dot == 0 || dot == host.npos) return "";
  if (!std::all_of(host.begin(), host.end(), may_stand_in_host)) return "";
  const std::string top = ascii_lower(host.substr(dot + 1));
  const bool country = top.size() == 2 && is_letter(top[0]) && is_letter(top[1]);
  if (!country && std::find(top_domains.begin(), top_domains.end(), top) == top_domains.end()) {
    return "";
  }
  return ascii_lower(host);
}

/// What a link shows without white space, and without the signs around it.
std::string bare_text(std::string_view shown) {
  std::string text;
  for (const char one : shown.substr(0, address_bytes_max)) {
    if (!is_blank(one)) text += one == '\\' ? '/' : one;
  }
  constexpr std::string_view trimmed = "'\".,;:()<>[]!";
  const std::size_t first = text.find_first_not_of(trimmed);
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(trimmed) + 1 - first);
}

/// Whether it is an encrypted connection that a link shows.
bool shows_safe(std::string_view shown) {
  const std::string text = bare_text(shown);
  return text.starts_with(safe_scheme) && text.size() > safe_scheme.size();
}

/// Whether an address has a control character amid its host: old programs show what is before it.
bool hides_in_host(std::string_view address) {
  address = trim(address.substr(0, address_bytes_max));
  const std::size_t scheme = address.find("://");
  if (!address.starts_with("http") || scheme == address.npos) return false;
  address.remove_prefix(scheme + 3);
  const std::string_view host = address.substr(0, address.find('/'));
  const std::size_t at = std::min(host.find("%00"), host.find("%01"));
  constexpr std::size_t sign_bytes = 3;
  return at != host.npos && at + sign_bytes < host.size();
}

/// The part of a host that one owner has: two labels, three where the second is a kind of owner.
std::string_view domain_of(std::string_view host) {
  std::size_t at = host.rfind('.');
  if (at == host.npos || at == 0) return host;
  const bool country = host.size() - at == 3;
  at = host.rfind('.', at - 1);
  if (at == host.npos) return host;
  const std::string_view two = host.substr(at + 1);
  const bool of_a_kind = country && two.find('.') <= 3;
  if (!of_a_kind || at == 0) return two;
  at = host.rfind('.', at - 1);
  return at == host.npos ? host : host.substr(at + 1);
}

/// Whether `table` has `text` or what follows one of its dots.
template <class Table>
auto find_suffix(const Table& table, const std::string& text) {
  for (std::size_t at = 0;; ++at) {
    const auto found = table.find(text.substr(at));
    if (found != table.end()) return found;
    at = text.find('.', at);
    if (at == text.npos) return table.end();
  }
}

}  // namespace

std::string real_host(std::string_view address) {
  address = trim(address.substr(0, address_bytes_max));
  for (const std::string_view scheme : schemes) {
    if (address.starts_with(scheme)) return host_at(address.substr(scheme.size()));
  }
  return bare_host(address);
}

std::string shown_host(std::string_view shown) {
  const std::string text = ascii_lower(bare_text(shown));
  for (const std::string_view scheme : schemes) {
    const std::size_t at = text.find(scheme);
    if (at != text.npos) return host_at(std::string_view(text).substr(at + scheme.size()));
  }
  constexpr std::string_view mail = "mailto:";
  if (text.starts_with(mail)) return host_at(std::string_view(text).substr(mail.size()));
  return bare_host(text);
}

LinkLists::LinkLists(const pack::Links& links) {
  for (const LinkRule& rule : links.rules) {
    const auto kind = static_cast<LinkRule::Kind>(rule.kind);
    const bool honest =
        kind == LinkRule::Kind::honest_hosts || kind == LinkRule::Kind::honest_regex;
    if (kind == LinkRule::Kind::guarded_host || kind == LinkRule::Kind::honest_hosts) {
      (honest ? honest_ : guarded_).insert({rule.text, {rule.source, rule.line}});
      continue;
    }
    auto regex = match::Regex::compile("^(?:" + rule.text + ")/?$", {});
    if (!regex) continue;
    (honest ? honest_patterns_ : guarded_patterns_)
        .push_back({std::move(*regex), rule.source, rule.line});
  }
  for (const LinkDigest& digest : links.digests) {
    if (!digest.sha256.empty()) addresses_.insert({digest.sha256, digest});
  }
}

bool LinkLists::empty() const {
  return guarded_.empty() && guarded_patterns_.empty() && addresses_.empty();
}

Result<std::optional<LinkLists::Place>> LinkLists::pattern_for(const std::string& pair,
                                                               Budget& budget) const {
  for (const Pattern& pattern : guarded_patterns_) {
    ANTIDOTARY_CHECK(budget.step(pair.size() / 16 + 1));
    const auto hit = ANTIDOTARY_TRY(pattern.regex.find(as_bytes(std::string_view(pair)), 0, false));
    if (hit) return Place{pattern.source, pattern.line};
  }
  return std::nullopt;
}

Result<bool> LinkLists::is_honest(const std::string& pair, Budget& budget) const {
  if (find_suffix(honest_, pair) != honest_.end()) return true;
  for (const Pattern& pattern : honest_patterns_) {
    ANTIDOTARY_CHECK(budget.step(pair.size() / 16 + 1));
    if (ANTIDOTARY_TRY(pattern.regex.find(as_bytes(std::string_view(pair)), 0, false))) return true;
  }
  return false;
}

// A host that a list names is guarded in every way; one that an expression matches only against
// leading to another domain. So clamscan 1.4.6 does it; its options ask of every link.
Result<std::optional<LinkLists::Hit>> LinkLists::suspect(const Link& link, const Asked& asked,
                                                         const std::string& pair,
                                                         Budget& budget) const {
  const std::size_t colon = pair.find(':');
  const std::string real = pair.substr(0, colon);
  const std::string shown = pair.substr(colon + 1);
  std::optional<Place> listed;
  if (!shown.empty()) {
    const auto found = find_suffix(guarded_, shown);
    if (found != guarded_.end()) listed = found->second;
  }
  const Place place = listed.value_or(Place{});
  const bool seen = !shown.empty() || shows_safe(link.shown);
  if ((listed || asked.cloak) && seen && hides_in_host(link.real)) return Hit{cloaked, place};
  const bool in_vain = shows_safe(link.shown) && !trim(link.real).starts_with(safe_scheme);
  if ((listed || asked.ssl) && in_vain) return Hit{ssl_spoofed, place};
  if (shown.empty() || domain_of(real) == domain_of(shown)) return std::nullopt;
  if (listed) return Hit{spoofed, place};
  const auto by = ANTIDOTARY_TRY(pattern_for(pair, budget));
  return by ? std::optional(Hit{spoofed, *by}) : std::nullopt;
}

Result<std::optional<LinkLists::Hit>> LinkLists::judge_shown(const Link& link, const Asked& asked,
                                                             Budget& budget) const {
  const std::string real = real_host(link.real);
  if (real.empty()) return std::nullopt;
  const std::string pair = real + ":" + shown_host(link.shown);
  const auto hit = ANTIDOTARY_TRY(suspect(link, asked, pair, budget));
  if (!hit || ANTIDOTARY_TRY(is_honest(pair, budget))) return std::nullopt;
  return hit;
}

namespace {

/// The parts of a host that a list may name: itself, and from five labels down to two.
std::vector<std::string> host_suffixes(const std::string& host) {
  std::vector<std::string> out{host};
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < host.size(); ++i) {
    if (host[i] == '.') starts.push_back(i + 1);
  }
  const bool number = host.find_first_not_of("0123456789.") == host.npos;
  if (number || starts.empty()) return out;
  starts.pop_back();  // a last label alone says nothing
  const std::size_t from = starts.size() > 4 ? starts.size() - 4 : 0;
  for (std::size_t i = from; i < starts.size(); ++i) out.push_back(host.substr(starts[i]));
  return out;
}

/// The path with and without its query, and its folders from the root, at most four.
std::vector<std::string> path_prefixes(const std::string& path) {
  std::vector<std::string> out{path};
  const std::string bare = path.substr(0, path.find('?'));
  if (bare != path) out.push_back(bare);
  std::size_t folders = 0;
  for (std::size_t at = 0; at < bare.size() && folders < 4; ++at) {
    if (bare[at] != '/') continue;
    ++folders;
    if (bare.size() != at + 1) out.push_back(bare.substr(0, at + 1));
  }
  return out;
}

std::string_view name_of(LinkDigest::Kind kind) {
  switch (kind) {
    case LinkDigest::Kind::malware:
      return "Heuristics.Safebrowsing.Suspected-malware_safebrowsing.clamav.net";
    case LinkDigest::Kind::blocked:
      return "Heuristics.Phishing.URL.Blocked";
    default:
      return "Heuristics.Safebrowsing.Suspected-phishing_safebrowsing.clamav.net";
  }
}

}  // namespace

Result<std::optional<LinkLists::Hit>> LinkLists::judge_address(std::string_view address,
                                                               Budget& budget) const {
  if (addresses_.empty()) return std::nullopt;
  const std::string host = real_host(address);
  if (host.empty()) return std::nullopt;
  std::string_view rest = trim(address.substr(0, address_bytes_max));
  if (const std::size_t at = rest.find("://"); at != rest.npos) rest.remove_prefix(at + 3);
  const std::size_t slash = rest.find_first_of("/?#");
  std::string path(slash == rest.npos ? "/"sv : rest.substr(slash));
  path = path.substr(0, path.find('#'));
  if (!path.starts_with('/')) path.insert(path.begin(), '/');
  std::optional<Hit> out;
  for (const std::string& suffix : host_suffixes(host)) {
    for (const std::string& prefix : path_prefixes(path)) {
      ANTIDOTARY_CHECK(budget.step(1 + (suffix.size() + prefix.size()) / 64));
      const std::string whole = suffix + prefix;
      const auto found =
          addresses_.find(hex_digest(DigestKind::sha256, as_bytes(std::string_view(whole))));
      if (found == addresses_.end()) continue;
      const auto kind = static_cast<LinkDigest::Kind>(found->second.kind);
      if (kind == LinkDigest::Kind::honest) return std::nullopt;
      if (!out) out = Hit{name_of(kind), {found->second.source, found->second.line}};
    }
  }
  return out;
}

Result<std::optional<LinkLists::Hit>> LinkLists::judge(const Link& link, const Asked& asked,
                                                       Budget& budget) const {
  if (auto hit = ANTIDOTARY_TRY(judge_address(link.real, budget))) return hit;
  return judge_shown(link, asked, budget);
}

}  // namespace antidotary::scan
