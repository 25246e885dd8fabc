// Import: an entry's draft from what others wrote: a STIX bundle, a MISP galaxy cluster, or a page
// in Markdown. What can be taken with its source is taken; the rest says FILL-IN, and the linter
// tells.
//
// It believes nothing: a change gets the grade weak, for grading is the author's; a STIX pattern
// stays a quoted fact, for a pattern says no more than that somebody looks for it. Pure; input is
// hostile: sizes are bounded, control characters fall out, and no text can become TOML or a
// heading.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "entries/encyclopedia.h"

namespace antidotary::entries {

/// Longest file that is imported, in bytes.
inline constexpr std::size_t import_bytes_max = 64 << 20;
/// Most items of one list (names, sources, facts, changes) that are taken; more is said, not taken.
inline constexpr std::size_t import_items_max = 200;
/// Longest single text, in bytes.
inline constexpr std::size_t import_text_bytes_max = 4000;

struct DraftName {
  std::string vendor;
  std::string label;
};

struct DraftChange {
  std::string kind;                                         ///< "file", "registry"
  std::vector<std::pair<std::string, std::string>> fields;  ///< TOML key and text.
  std::vector<std::uint64_t> sizes;                         ///< file: bytes.
};

struct DraftVariant {
  std::string id;  ///< "a"
  std::string date;
  std::vector<DraftName> names;
  std::vector<std::string> also_called;
  std::vector<std::pair<std::string, std::string>> facts;  ///< Topic and text.
  std::vector<DraftChange> changes;
};

struct Draft {
  std::string id;     ///< "win32/example"
  std::string title;  ///< "Win32/Example"
  std::string summary;
  std::vector<std::string> classes;
  std::string date;
  std::vector<DraftName> names;
  std::vector<std::string> also_called;
  std::vector<std::pair<std::string, std::string>> sources;  ///< Publisher and address.
  std::vector<DraftVariant> variants;
  std::vector<std::pair<std::string, std::string>> sections;  ///< Heading and prose.
  std::vector<std::string> left_out;                          ///< Said to the author, once each.
  /// What the import cost, in relations and references looked at: linear in the file.
  std::size_t steps = 0;
};

struct ImportRequest {
  std::string_view text;
  std::string id;    ///< Empty: derived from the name.
  std::string name;  ///< Which threat, where the file has several; empty: the only one.
};

/// Reads any of the three forms. Errors: malformed (neither JSON nor such Markdown, or JSON of
/// another kind), bad_input (several threats and no name, a name that is not there, an id that
/// cannot be derived), budget_spent (larger than import_bytes_max).
Result<Draft> import_draft(const ImportRequest& request);

/// The draft's files: entry.md and variants, status "draft", that read without error.
std::vector<SourceFile> files_of(const Draft& draft);

/// "win32/mimail" and "Win32/Mimail" of any name that tells both, by its grammar. Errors: bad_input
/// where it does not.
Result<std::pair<std::string, std::string>> id_and_title(std::string_view name,
                                                         std::string_view wanted_id);
/// Text that a person reads, made safe for an entry: one line, no control characters, bounded.
std::string imported_text(std::string_view text);

}  // namespace antidotary::entries
