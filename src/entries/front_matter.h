// FrontMatter: entry.md taken apart into its TOML and its prose sections.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::entries {

struct FrontMatter {
  std::string toml;  ///< With an empty first line, so that its lines count as the file's do.
  std::vector<std::pair<std::string, std::string>> sections;  ///< Heading, trimmed Markdown.
  std::vector<std::uint32_t> section_lines;                   ///< Line of each heading.
};

/// Yields nothing, with a problem noted, where the two `+++` lines are not there. Problems of the
/// prose (text before the first heading, the same heading twice, bytes that are no UTF-8) are
/// noted as well.
std::optional<FrontMatter> split_front_matter(const SourceFile& file,
                                              std::vector<Problem>& problems);

}  // namespace antidotary::entries
