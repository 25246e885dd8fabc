// Lint: a vendor's label belongs to one place of the encyclopedia.
#include <fmt/core.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/text.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

struct Listing {
  std::string owner;
  const Place* place;
};

class LabelHasOnePlace final : public Lint {
 public:
  std::string_view name() const override { return "label-has-one-place"; }
  std::string_view advice() const override {
    return "Remove one listing; where a vendor used it for several, write relation = \"generic\" "
           "or \"overlaps\".";
  }
  void check(const Encyclopedia& encyclopedia, Report& report) const override {
    std::map<std::pair<std::string, std::string>, Listing> owners;
    const auto check = [&](const std::vector<VendorName>& names, const std::string& owner) {
      std::set<std::pair<std::string, std::string>> here;
      for (const VendorName& name : names) {
        const auto key = std::make_pair(ascii_lower(name.vendor), ascii_lower(name.label));
        if (!here.insert(key).second) {
          report.say(name.place, fmt::format("{} of {} stands here twice", name.label, name.vendor),
                     "Remove one of the two.");
          continue;
        }
        if (name.relation == NameRelation::generic || name.relation == NameRelation::overlaps) {
          continue;
        }
        const auto [known, is_new] = owners.emplace(key, Listing{owner, &name.place});
        if (is_new) continue;
        report.say(name.place, fmt::format("{} of {} already belongs to {} ({}:{})", name.label,
                                           name.vendor, known->second.owner,
                                           known->second.place->file, known->second.place->line));
      }
    };
    for (const Entry& entry : encyclopedia.entries()) {
      check(entry.names, entry.id);
      for (const Variant& variant : entry.variants) {
        check(variant.names, entry.id + "." + variant.id);
      }
    }
  }
};

}  // namespace

const Lint& label_has_one_place_lint() {
  static const LabelHasOnePlace rule;
  return rule;
}

}  // namespace antidotary::entries
