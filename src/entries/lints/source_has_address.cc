// Lint: a source can be found again.
#include <fmt/core.h>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class SourceHasAddress final : public EntryLint {
 public:
  std::string_view name() const override { return "source-has-address"; }
  std::string_view advice() const override {
    return "Write the full address, beginning with https:// or http://.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    for (const auto& [id, source] : entry.sources) {
      const std::string_view url = source.url;
      const bool web = url.starts_with("https://") || url.starts_with("http://");
      if (!web || url.find_first_of(" \t") != std::string_view::npos) {
        report.say(source.place, fmt::format("the source {} has no usable address", id));
      }
    }
  }
};

}  // namespace

const Lint& source_has_address_lint() {
  static const SourceHasAddress rule;
  return rule;
}

}  // namespace antidotary::entries
