// Lint: the five sections stand there, in order, with something in each.
#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view headings[] = {"Overview", "Technical analysis", "Prevention", "Symptoms",
                                         "Recovery"};

class ProseIsComplete final : public EntryLint {
 public:
  std::string_view name() const override { return "prose-is-complete"; }
  std::string_view advice() const override {
    return "Write ## Overview, ## Technical analysis, ## Prevention, ## Symptoms, ## Recovery.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    std::size_t next = 0;
    for (std::size_t i = 0; i < entry.sections.size(); ++i) {
      const auto& [heading, text] = entry.sections[i];
      Place place = entry.place;
      if (i < entry.section_lines.size()) place.line = entry.section_lines[i];
      if (text.empty()) report.say(place, fmt::format("the section {} is empty", heading));
      const auto* known = std::find(std::begin(headings), std::end(headings), heading);
      if (known == std::end(headings)) {
        report.say(place, fmt::format("{} is no section of an entry", heading),
                   "Use ### for headings within a section.");
        continue;
      }
      const auto index = static_cast<std::size_t>(known - std::begin(headings));
      if (index < next) report.say(place, fmt::format("the section {} stands too late", heading));
      next = std::max(next, index + 1);
    }
    for (const std::string_view wanted : headings) {
      const bool there = std::any_of(entry.sections.begin(), entry.sections.end(),
                                     [&](const auto& section) { return section.first == wanted; });
      if (!there) report.say(entry.place, fmt::format("the section {} is missing", wanted));
    }
  }
};

}  // namespace

const Lint& prose_is_complete_lint() {
  static const ProseIsComplete rule;
  return rule;
}

}  // namespace antidotary::entries
