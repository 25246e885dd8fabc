// Lint: a pattern of names cannot sweep up files that are not meant.
#include <fmt/core.h>

#include <algorithm>

#include "entries/kinds/file.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class FileNameIsNarrow final : public ChangeLint<FileChange> {
 public:
  std::string_view name() const override { return "file-name-is-narrow"; }
  std::string_view advice() const override {
    return "State more of the name: at least three characters of its stem that are no wildcards.";
  }
  void check_change(const FileChange& change, Report& report) const override {
    if (change.name.find_first_of("*?") == std::string::npos) return;
    const std::string_view name = change.name;
    const std::string_view stem = name.substr(0, name.find_last_of('.'));
    const auto literal = std::count_if(stem.begin(), stem.end(),
                                       [](char c) { return c != '*' && c != '?' && c != '.'; });
    const bool digest = !change.md5.empty() || !change.sha1.empty() || !change.sha256.empty();
    if (literal < 3 && !digest) {
      report.say(change.place, fmt::format("the pattern {} is too wide", change.name));
    }
  }
};

}  // namespace

const Lint& file_name_is_narrow_lint() {
  static const FileNameIsNarrow rule;
  return rule;
}

}  // namespace antidotary::entries
