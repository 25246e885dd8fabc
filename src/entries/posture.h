// PostureCheck: what an entry of encyclopedia/posture/<id>.toml states: one thing about a Windows
// computer that would have stopped a threat, or let it in, and how to tell from its disk.
//
// A check has parts (the three profiles of a firewall), each judged by itself; a part has rules,
// asked in order until one decides (a policy before the local setting). Judging is posture/'s
// business; this is the statement. Format: docs/formats/posture.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "entries/change.h"

namespace antidotary::entries {

/// A Windows by its build and service pack: 2600 and 2 for XP with SP2.
struct WindowsLevel {
  std::uint32_t build = 0;
  std::uint32_t service_pack = 0;
};

/// What a value must say: "= 1", "!= 4", ">= 2", "<= 3", "like *Path=?:\*", "set", "empty".
struct Condition {
  enum class Operator : std::uint8_t { equal, unequal, at_least, at_most, like, set, empty };
  Operator is = Operator::set;
  std::string operand;
};

/// Reads a condition. Errors: bad_input.
Result<Condition> read_condition(std::string_view text);

enum class CheckVerdict : std::uint8_t {
  pass,
  fail,
  unknown,         ///< It cannot be told from this disk; the reason says why.
  not_applicable,  ///< This Windows has no such thing.
};
std::span<const std::string_view> enum_names(CheckVerdict);

/// One question. Exactly one of `value` (of `key`), `subkeys_of`, `values_of` and `file` is asked.
struct CheckRule {
  enum class Subject : std::uint8_t {
    value,       ///< A value's data.
    age,         ///< Days between a FILETIME value and the last shutdown; conditions are in days.
    values_of,   ///< Each value of a key, as "name=data".
    subkeys_of,  ///< Each subkey of a key, by name.
    version,     ///< The file version of a program or library, compared by its four numbers.
  };
  Subject subject = Subject::value;
  std::string key;              ///< `HKLM\...` or `HKCU\...` (every user).
  std::string value;            ///< Empty: the default value.
  std::string file;             ///< `%system%\mshtml.dll`.
  std::string branch;           ///< Of versions: the rule speaks of these alone ("6.0").
  std::vector<Condition> pass;  ///< Any of them.
  std::vector<Condition> fail;  ///< Any of them.
  /// What it means where neither holds; none: the next rule is asked. By default the opposite of
  /// the one list that is stated.
  std::optional<CheckVerdict> neither;
  /// What it means where there is no such thing; none: the next rule is asked.
  std::optional<CheckVerdict> absent;
  std::string note;                   ///< Said beside the verdict: "set by policy".
  std::optional<std::uint32_t> mend;  ///< The number that a failing value may be given.
  Place place;
};

struct CheckPart {
  std::string name;  ///< "public profile"; empty where the check has one part.
  std::optional<WindowsLevel> since;
  std::optional<WindowsLevel> until;  ///< Below this, which is the first without it.
  std::vector<CheckRule> rules;
  CheckVerdict otherwise = CheckVerdict::unknown;  ///< Where no rule decides.
  std::string otherwise_why;
  Place place;
};

struct PostureCheck {
  std::string id;                       ///< "firewall".
  std::string title;                    ///< "The firewall is on".
  std::string about;                    ///< What it is, for a person.
  std::string risk;                     ///< What follows where it fails.
  std::string mend;                     ///< How to mend it, for a person at that Windows.
  std::vector<std::string> prevents;    ///< Transmission methods and classes it stands against.
  std::string bulletin;                 ///< Id of the bulletin whose absence it finds.
  std::vector<std::string> references;  ///< "CIS 9.1.1", "STIG V-241989".
  std::vector<std::string> sources;     ///< Addresses.
  std::vector<CheckPart> parts;
  Place place;
};

}  // namespace antidotary::entries
