// Lint: a label is one label, as its vendor prints it.
//
// Pages put two of them into a cell, or a remark in brackets behind one: nobody types that.
#include <fmt/core.h>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class LabelIsOneLabel final : public EntryLint {
 public:
  std::string_view name() const override { return "label-is-one-label"; }
  std::string_view advice() const override {
    return "Write a [[name]] for each of the labels; a remark goes into `note`.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    check_names(entry.names, report);
    for (const Variant& variant : entry.variants) check_names(variant.names, report);
  }

 private:
  static void check_names(const std::vector<VendorName>& names, Report& report) {
    for (const VendorName& name : names) {
      for (const std::string_view mark : {" (", "; ", ", ", " / "}) {
        if (name.label.find(mark) == std::string::npos) continue;
        report.say(name.place, fmt::format("{} is more than one label", name.label));
        break;
      }
    }
  }
};

}  // namespace

const Lint& label_is_one_label_lint() {
  static const LabelIsOneLabel rule;
  return rule;
}

}  // namespace antidotary::entries
