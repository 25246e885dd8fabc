// Lint: what a template or an import left open is told, draft or not.
//
// Of a draft it is a warning; status-is-earned makes it an error of what is called tested.
#include <fmt/core.h>

#include "entries/lints/lint.h"
#include "entries/lints/statements.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view mark = "FILL-IN";

class DraftIsFilledIn final : public EntryLint {
 public:
  std::string_view name() const override { return "draft-is-filled-in"; }
  Severity severity() const override { return Severity::warning; }
  std::string_view advice() const override {
    return "Write what a source says in its place, or remove the statement.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    if (entry.status != Status::draft) return;
    const auto look = [&](std::string_view text, const Place& place, std::string_view what) {
      if (text.find(mark) != std::string_view::npos) {
        report.say(place, fmt::format("{} is left open", what));
      }
    };
    for_each_text(entry,
                  [&](std::string_view text, const Place& place) { look(text, place, "a text"); });
    for (const std::string& system : entry.affected.systems) {
      look(system, entry.affected.place, "what it runs on");
    }
    for (const auto& [id, source] : entry.sources) {
      look(source.url + source.publisher + source.kind, source.place, "the source " + id);
    }
    const auto look_at_names = [&](const std::vector<VendorName>& names) {
      for (const VendorName& name : names) look(name.vendor, name.place, "a label's vendor");
    };
    look_at_names(entry.names);
    for (const Variant& variant : entry.variants) look_at_names(variant.names);
  }
};

}  // namespace

const Lint& draft_is_filled_in_lint() {
  static const DraftIsFilledIn rule;
  return rule;
}

}  // namespace antidotary::entries
