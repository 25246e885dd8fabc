// Lint: a title is the id in the usual capitals, and a variant's begins with the family's.
#include <fmt/core.h>

#include "core/text.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class TitleFitsId final : public EntryLint {
 public:
  std::string_view name() const override { return "title-fits-id"; }
  Severity severity() const override { return Severity::warning; }
  std::string_view advice() const override {
    return "Write the title as the id with capitals: Win32/Mimail, Win32/Mimail.A.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    if (ascii_lower(entry.title) != entry.id) {
      report.say(entry.place, fmt::format("the title {} does not fit the id", entry.title));
    }
    for (const Variant& variant : entry.variants) {
      if (ascii_lower(variant.title) != entry.id + "." + variant.id) {
        report.say(variant.place, fmt::format("the title {} does not fit the id", variant.title));
      }
    }
  }
};

}  // namespace

const Lint& title_fits_id_lint() {
  static const TitleFitsId rule;
  return rule;
}

}  // namespace antidotary::entries
