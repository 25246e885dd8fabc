// Lint: bulletins and entries name each other.
//
// A bulletin's page leads to the threats that use its flaw, a threat's page to what closes it;
// where only one of the two says so, the check of what would have prevented the threat forgets the
// update.
#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class BulletinLinksAgree final : public Lint {
 public:
  std::string_view name() const override { return "bulletin-links-agree"; }
  std::string_view advice() const override {
    return "Add the missing half: [[bulletin]] in the entry, its id in `threats` of the bulletin.";
  }
  void check(const Encyclopedia& encyclopedia, Report& report) const override {
    for (const Bulletin& bulletin : encyclopedia.bulletins()) {
      for (const std::string& id : bulletin.threats) {
        const Entry* entry = encyclopedia.find(id);
        if (entry == nullptr || cites(*entry, bulletin.id)) continue;
        report.say(bulletin.place,
                   fmt::format("{} names {}, whose entry does not name it", bulletin.id, id));
      }
    }
    for (const Entry& entry : encyclopedia.entries()) {
      for (const BulletinReference& reference : entry.bulletins) {
        const Bulletin* bulletin = encyclopedia.find_bulletin(reference.id);
        if (bulletin == nullptr ||
            std::count(bulletin->threats.begin(), bulletin->threats.end(), entry.id) != 0) {
          continue;
        }
        report.say(reference.place,
                   fmt::format("{} does not name {} among its threats", bulletin->id, entry.id));
      }
    }
  }

 private:
  static bool cites(const Entry& entry, const std::string& bulletin) {
    return std::any_of(entry.bulletins.begin(), entry.bulletins.end(),
                       [&](const BulletinReference& each) { return each.id == bulletin; });
  }
};

}  // namespace

const Lint& bulletin_links_agree_lint() {
  static const BulletinLinksAgree rule;
  return rule;
}

}  // namespace antidotary::entries
