// Toml: a TOML text as a plain tree with the place of every key and value.
//
// Not a general TOML library: dates, times and fractions are kept only as "not usable", because
// entries write dates as text ("2003-11" is none of TOML's dates). The tree is our own so that one
// file alone includes toml++, which throws and compiles slowly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::entries {

/// Longest file of an encyclopedia that is read, in bytes.
inline constexpr std::size_t file_bytes_max = 1 << 20;

struct TomlMember;

/// One value. Which fields are meaningful follows from `type`.
struct TomlNode {
  enum class Type : std::uint8_t { text, number, truth, list, table, other };
  Type type = Type::other;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::string text;                 ///< text
  std::int64_t number = 0;          ///< number, truth
  std::vector<TomlNode> items;      ///< list
  std::vector<TomlMember> members;  ///< table: in the order of their keys.

  /// For messages: "a text", "a list" ...
  std::string_view type_words() const;
};

struct TomlMember {
  std::string key;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  TomlNode node;
};

/// Parses `text`; where it is no TOML, notes one problem (rule "syntax") and yields nothing.
/// Lines count from the text's first line. Bounded: size, nesting and length of dotted keys.
std::optional<TomlNode> parse_toml(std::string_view text, const std::string& file,
                                   std::vector<Problem>& problems);

}  // namespace antidotary::entries
