// Lint: texts are plain: no em dashes, no tabs, nothing unseen.
#include <algorithm>
#include <string>

#include "core/text.h"
#include "entries/lints/lint.h"
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view em_dash = "\xe2\x80\x94";

class ProseIsPlain final : public EntryLint {
 public:
  std::string_view name() const override { return "prose-is-plain"; }
  std::string_view advice() const override {
    return "Use a comma, a colon or two sentences; write plain characters.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    for_each_text(entry, [&](std::string_view text, const Place& place) {
      if (text.find(em_dash) != std::string_view::npos) {
        report.say(place, "an em dash stands in the text");
      }
      std::string shown(text);
      std::replace(shown.begin(), shown.end(), '\n', ' ');
      if (escape_for_terminal(shown) != shown) {
        report.say(place, "an invisible character stands in the text");
      }
    });
  }
};

}  // namespace

const Lint& prose_is_plain_lint() {
  static const ProseIsPlain rule;
  return rule;
}

}  // namespace antidotary::entries
