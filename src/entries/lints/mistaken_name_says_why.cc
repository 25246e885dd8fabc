// Lint: a name that is listed as a mistake says what it looks like.
#include <fmt/core.h>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class MistakenNameSaysWhy final : public EntryLint {
 public:
  std::string_view name() const override { return "mistaken-name-says-why"; }
  Severity severity() const override { return Severity::warning; }
  std::string_view advice() const override {
    return "Add `note = \"...\"`: whose name it seems to be, and why it stands here.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    const auto check = [&](const std::vector<VendorName>& names) {
      for (const VendorName& name : names) {
        if (name.relation == NameRelation::mistaken && name.note.empty()) {
          report.say(name.place, fmt::format("{} is called mistaken without a note", name.label));
        }
      }
    };
    check(entry.names);
    for (const Variant& variant : entry.variants) check(variant.names);
  }
};

}  // namespace

const Lint& mistaken_name_says_why_lint() {
  static const MistakenNameSaysWhy rule;
  return rule;
}

}  // namespace antidotary::entries
