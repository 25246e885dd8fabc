// The names of a pack's sections: one place for whoever writes and whoever reads them.
#pragma once

#include <fmt/core.h>

#include <string>

#include "core/digest.h"
#include "pack/rule.h"
#include "pack/tables.h"

namespace antidotary::pack::sections {

inline constexpr std::string_view sources = "sources";
inline constexpr std::string_view refusals = "refusals";
inline constexpr std::string_view recipe = "recipe";
inline constexpr std::string_view names = "names";
inline constexpr std::string_view rule_index = "rules.index";
inline constexpr std::string_view rules = "rules";
inline constexpr std::string_view programs = "programs";
inline constexpr std::string_view texts = "texts";
inline constexpr std::string_view macros = "macros";
inline constexpr std::string_view members = "members";
inline constexpr std::string_view magics = "magics";
inline constexpr std::string_view icons = "icons";
inline constexpr std::string_view links = "links";
inline constexpr std::string_view passwords = "passwords";
inline constexpr std::string_view yara = "yara";
inline constexpr std::string_view yara_texts = "yara.texts";
inline constexpr std::string_view ignored = "ignored";
inline constexpr std::string_view encyclopedia = "encyclopedia";

inline std::string digests(DigestKind kind, Scope scope, Role role) {
  return fmt::format("digests.{}.{}.{}", static_cast<int>(kind), static_cast<int>(scope),
                     static_cast<int>(role));
}
inline std::string literals(std::size_t target) { return fmt::format("set.{}.literals", target); }
inline std::string postings(std::size_t target) { return fmt::format("set.{}.postings", target); }
inline std::string always(std::size_t target) { return fmt::format("set.{}.always", target); }

/// A rule in `rules.index`: where its record, its programs' table and its text begin.
inline constexpr std::size_t rule_index_bytes = 24;

}  // namespace antidotary::pack::sections
