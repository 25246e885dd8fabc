// Lint: what "everybody knows" is no source; it is left out until somebody has read it.
#include <fmt/core.h>

#include "core/text.h"
#include "entries/lints/lint.h"
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view hearsay[] = {"general knowledge", "common knowledge", "from memory",
                                        "as is well known"};

class KnowledgeHasSource final : public Lint {
 public:
  std::string_view name() const override { return "knowledge-has-source"; }
  std::string_view advice() const override {
    return "Name the page that says it under `sources`, or leave out what no page says.";
  }
  void check(const Encyclopedia& encyclopedia, Report& report) const override {
    const auto look = [&report](std::string_view text, const Place& place) {
      const std::string lower = ascii_lower(text);
      for (const std::string_view words : hearsay) {
        if (lower.find(words) == std::string::npos) continue;
        report.say(place, fmt::format("\"{}\" is given as a source", words));
      }
    };
    for (const Entry& entry : encyclopedia.entries()) for_each_text(entry, look);
    for (const Bulletin& bulletin : encyclopedia.bulletins()) {
      look(bulletin.allows, bulletin.place);
      look(bulletin.note, bulletin.place);
      for (const std::string& source : bulletin.sources) look(source, bulletin.place);
    }
    for (const Term& term : encyclopedia.terms()) {
      look(term.definition, term.place);
      for (const std::string& source : term.sources) look(source, term.place);
    }
  }
};

}  // namespace

const Lint& knowledge_has_source_lint() {
  static const KnowledgeHasSource rule;
  return rule;
}

}  // namespace antidotary::entries
