// Ids: the words by which files, pages and addresses are named. They say nothing but names, so that
// no id leads a page out of its folder.
#pragma once

#include <algorithm>
#include <string_view>

#include "core/text.h"

namespace antidotary::entries {

/// Longest id, in bytes: file systems take it, with what is put behind it.
inline constexpr std::size_t id_bytes_max = 60;

/// True for "mimail", "a", "worm-body", "ms02-015".
inline bool is_id(std::string_view word) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !word.empty() && word.size() <= id_bytes_max && word.front() != '-' &&
         word.find_first_not_of(allowed) == std::string_view::npos;
}

/// True for "win32/mimail": ids with slashes between them.
inline bool is_path_of_ids(std::string_view text) {
  const auto parts = split(text, '/');
  return std::all_of(parts.begin(), parts.end(), is_id);
}

}  // namespace antidotary::entries
