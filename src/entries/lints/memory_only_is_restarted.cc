// Lint: a threat that lives in memory only is ended by an update and a restart, and the entry says
// so: there is nothing to delete.
#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "core/text.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class MemoryOnlyIsRestarted final : public EntryLint {
 public:
  std::string_view name() const override { return "memory-only-is-restarted"; }
  std::string_view advice() const override {
    return "Name the [[bulletin]] whose update closes the way in, and say under ## Recovery: "
           "install it, then restart.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    const bool memory_only =
        std::any_of(entry.classes.begin(), entry.classes.end(),
                    [](const std::string& name) { return name.ends_with("/memory-only"); });
    if (!memory_only) return;
    if (entry.bulletins.empty()) {
      report.say(entry.place, "it lives in memory only, but no bulletin says what closes the way");
    }
    for (std::size_t i = 0; i < entry.sections.size(); ++i) {
      const auto& [heading, text] = entry.sections[i];
      if (heading != "Recovery" || ascii_lower(text).find("restart") != std::string::npos) continue;
      Place place = entry.place;
      if (i < entry.section_lines.size()) place.line = entry.section_lines[i];
      report.say(place, "it lives in memory only, but no restart is asked for");
    }
  }
};

}  // namespace

const Lint& memory_only_is_restarted_lint() {
  static const MemoryOnlyIsRestarted rule;
  return rule;
}

}  // namespace antidotary::entries
