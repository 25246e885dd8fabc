// The encyclopedia of this very source tree, for tests and benches of any room.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::entries {

/// Every file of it, by path, with paths relative to its folder. Throws where the tree has none.
inline std::vector<SourceFile> files_of_this_tree() {
  const std::filesystem::path root = std::string(ANTIDOTARY_SOURCE_DIR) + "/encyclopedia";
  std::vector<SourceFile> files;
  for (const auto& item : std::filesystem::recursive_directory_iterator(root)) {
    if (!item.is_regular_file()) continue;
    std::ifstream in(item.path(), std::ios::binary);
    files.push_back({std::filesystem::relative(item.path(), root).generic_string(),
                     std::string(std::istreambuf_iterator<char>(in), {})});
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

/// Read once. Its problems are the linter's tests' business, not asked here.
inline const Encyclopedia& encyclopedia_of_this_tree() {
  static const Encyclopedia all = [] {
    std::vector<Problem> problems;
    return Encyclopedia::read(files_of_this_tree(), problems);
  }();
  return all;
}

}  // namespace antidotary::entries
