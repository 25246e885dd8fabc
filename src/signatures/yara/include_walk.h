// IncludeWalk: every file that a YARA text may include, for what must change when one of them does
// (the key of a pack). It finds more than is included rather than less: comments and strings are
// not told apart from rules.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "signatures/yara/include.h"

namespace antidotary::signatures::yara {

/// Files that one text may lead to; behind these `each` is told `budget_spent` once.
inline constexpr std::size_t includes_max = 10'000;

/// Calls `each` once a file, with its path (as resolve_include gives it) and its text, or why there
/// is none. `root` is the file that a user named, whose text `text` is.
void walk_includes(
    const std::string& root, std::string_view text, const ReadInclude& read,
    const std::function<void(const std::string& path, const Result<std::string>& text)>& each);

}  // namespace antidotary::signatures::yara
