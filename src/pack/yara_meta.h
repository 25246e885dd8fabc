// YaraMeta: what a YARA rule says of itself, brought to one form. Authors write `author`, `authors`
// or nothing, hashes under twenty keys, families as `malware`, `threat_name` or `cape_type`;
// reports show one. Pure; the rule's own words stay beside it (YaraMatch::meta).
//
// Rules under the Detection Rule License ask that their author is kept wherever a match is shown:
// nothing here drops one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace antidotary::pack {

struct YaraMeta {
  std::string author;  ///< Several are joined by ", ".
  std::string description;
  std::string license;
  std::string id;
  std::string date;
  std::string sharing;                  ///< "TLP:CLEAR", as written.
  std::vector<std::string> references;  ///< In the rule's order, once each; so are all lists.
  std::vector<std::string> hashes;      ///< Lower-case hexadecimal of 32, 40 or 64 digits.
  std::vector<std::string> families;   ///< "Foo" of "Windows.Trojan.Foo", "Foo Payload", "win.foo".
  std::vector<std::string> attack;     ///< MITRE ATT&CK ids: "T1059", "T1059.001".
  std::optional<std::uint32_t> score;  ///< 0 to 100.
  std::string severity;                ///< "low", "medium", "high", "critical", or empty.
};

/// At most this many of each list; a rule's author may be anybody.
inline constexpr std::size_t yara_meta_items_max = 64;

/// `meta` and `tags` as a YaraMatch holds them.
YaraMeta read_yara_meta(const std::vector<std::pair<std::string, std::string>>& meta,
                        const std::vector<std::string>& tags);

/// As reports list it: ("author", ...), ("reference", ...), each value of a list on its own.
std::vector<std::pair<std::string, std::string>> shown(const YaraMeta& meta);

}  // namespace antidotary::pack
