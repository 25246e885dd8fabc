// Lint: an entry's folder is its id, and a variant's file name is its id.
#include <fmt/core.h>

#include "entries/ids.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class PathIsId final : public EntryLint {
 public:
  std::string_view name() const override { return "path-is-id"; }
  std::string_view advice() const override {
    return "Give the file the name that its id says, or write the id that its place says.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    if (entry.place.file != entry.id + "/entry.md") {
      report.say(entry.place, fmt::format("the id {} does not fit the path", entry.id));
    }
    for (const Variant& variant : entry.variants) {
      if (!variant.place.file.ends_with("/variants/" + variant.id + ".toml")) {
        report.say(variant.place, fmt::format("the id {} does not fit the path", variant.id));
      }
      if (!is_id(variant.id)) {
        report.say(variant.place, fmt::format("the id {} is not of letters and digits", variant.id),
                   "Use lower-case letters, digits and hyphens: \"a\", \"ab\", \"spanish\".");
      }
    }
  }
};

}  // namespace

const Lint& path_is_id_lint() {
  static const PathIsId rule;
  return rule;
}

}  // namespace antidotary::entries
