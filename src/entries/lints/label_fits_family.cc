// Lint: a label that is written as another family's name is no plain name of this one.
//
// Trend Micro's WORM_MIMAIL.R is Mydoom.A: whoever merges by the family's word poisons the entry.
// Where one vendor's letter is another variant's, readers mix up the two as easily.
#include <fmt/core.h>

#include <map>
#include <string>

#include "core/text.h"
#include "entries/grammar.h"
#include "entries/label.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

// "codered" of "Win32/CodeRed", as parse_label writes a family.
std::string family_word(const Entry& entry) {
  std::string out;
  for (const char c : ascii_lower(family_of(entry))) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out.push_back(c);
  }
  return out;
}

class LabelFitsFamily final : public Lint {
 public:
  std::string_view name() const override { return "label-fits-family"; }
  std::string_view advice() const override {
    return "Write relation = \"mistaken\" and a note that says what happened, or list the label "
           "where it belongs.";
  }
  void check(const Encyclopedia& encyclopedia, Report& report) const override {
    std::map<std::string, const Entry*> families;
    for (const Entry& entry : encyclopedia.entries()) families[family_word(entry)] = &entry;
    for (const Entry& entry : encyclopedia.entries()) {
      const std::string own = family_word(entry);
      check_family(entry.names, own, families, report);
      for (const Variant& variant : entry.variants) {
        check_family(variant.names, own, families, report);
        check_letter(entry, variant, own, report);
      }
    }
  }

 private:
  static void check_family(const std::vector<VendorName>& names, const std::string& own,
                           const std::map<std::string, const Entry*>& families, Report& report) {
    for (const VendorName& name : names) {
      if (name.relation != NameRelation::same) continue;
      const std::string family = parse_label(name.label, name.vendor).family;
      const auto other = families.find(family);
      if (family == own || other == families.end()) continue;
      report.say(name.place,
                 fmt::format("{} is written as a name of {}", name.label, other->second->title));
    }
  }

  static void check_letter(const Entry& entry, const Variant& variant, const std::string& own,
                           Report& report) {
    for (const VendorName& name : variant.names) {
      if (name.relation != NameRelation::same || !name.note.empty()) continue;
      const Label label = parse_label(name.label, name.vendor);
      const Variant* other = label.variant == variant.id ? nullptr : entry.find(label.variant);
      if (label.family != own || other == nullptr) continue;
      report.say(
          name.place, fmt::format("{} bears the letter of {}", name.label, other->title),
          "Add a `note` that says how this vendor's letters differ, or move it to that variant.");
    }
  }
};

}  // namespace

const Lint& label_fits_family_lint() {
  static const LabelFitsFamily rule;
  return rule;
}

}  // namespace antidotary::entries
