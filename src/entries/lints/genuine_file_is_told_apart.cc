// Lint: a file that borrows a Windows file's name can be told from it.
#include <fmt/core.h>

#include "entries/genuine_files.h"
#include "entries/kinds/file.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class GenuineFileIsToldApart final : public ChangeLint<FileChange> {
 public:
  std::string_view name() const override { return "genuine-file-is-told-apart"; }
  std::string_view advice() const override {
    return "Give `genuine_twin`, a `directory` that is not the genuine one, and `sizes` or a "
           "digest.";
  }
  void check_change(const FileChange& change, Report& report) const override {
    const bool has_wildcard = change.name.find_first_of("*?") != std::string::npos;
    const std::string directory = canonical_directory(change.directory);
    if (const GenuineFile* match = find_genuine_match(directory, change.name)) {
      report.say(
          change.place, fmt::format("{} also means the genuine {}", change.summary(), match->name),
          has_wildcard ? "Narrow the pattern, so that it matches no file of Windows."
                       : "Another kind of change is needed: this would remove Windows' file.");
    }
    if (!change.genuine_twin.empty() && canonical_directory(change.genuine_twin) == directory) {
      report.say(change.place, "`genuine_twin` is the directory of the threat's own file");
    }
    const GenuineFile* genuine = has_wildcard ? nullptr : find_genuine_file(change.name);
    if (genuine == nullptr) return;
    if (change.genuine_twin.empty()) {
      report.say(change.place, fmt::format("Windows has a file {} of its own", genuine->name),
                 fmt::format("Add `genuine_twin = '{}'`.", genuine->directories[0]));
    }
    const bool measured = !change.sizes.empty() || !change.md5.empty() || !change.sha1.empty() ||
                          !change.sha256.empty();
    if (!measured && change.evidence != Grade::weak) {
      report.say(
          change.place,
          fmt::format("{} has neither size nor digest to tell it from Windows' own", change.name),
          "Give `sizes` or a digest; where no source does, write `evidence = \"weak\"`.");
    }
  }
};

}  // namespace

const Lint& genuine_file_is_told_apart_lint() {
  static const GenuineFileIsToldApart rule;
  return rule;
}

}  // namespace antidotary::entries
