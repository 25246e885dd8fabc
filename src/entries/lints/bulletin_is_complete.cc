// Lint: a bulletin can be found by its id, and found again at its publisher.
#include <fmt/core.h>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class BulletinIsComplete final : public Lint {
 public:
  std::string_view name() const override { return "bulletin-is-complete"; }
  std::string_view advice() const override {
    return "Name the file after the id, and give `sources`, CVE numbers and successors that exist "
           "in form.";
  }
  void check(const Encyclopedia& encyclopedia, Report& report) const override {
    for (const Bulletin& bulletin : encyclopedia.bulletins()) {
      if (bulletin.place.file != "bulletins/" + bulletin.id + ".toml") {
        report.say(bulletin.place, fmt::format("the id {} does not fit the path", bulletin.id));
      }
      if (bulletin.sources.empty()) report.say(bulletin.place, "the bulletin has no source");
      for (const std::string& cve : bulletin.cves) {
        const bool form = cve.size() >= 13 && cve.starts_with("CVE-") && cve[8] == '-';
        if (!form) report.say(bulletin.place, fmt::format("{} is no CVE number", cve));
      }
      for (const std::string& next : bulletin.superseded_by) {
        if (next == bulletin.id) report.say(bulletin.place, "the bulletin supersedes itself");
      }
    }
  }
};

}  // namespace

const Lint& bulletin_is_complete_lint() {
  static const BulletinIsComplete rule;
  return rule;
}

}  // namespace antidotary::entries
