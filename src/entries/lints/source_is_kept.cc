// Lint: sources rot, so it is written down when one was read and where a copy of it is.
//
// Half of all addresses of that time lead nowhere today. A draft or tested entry may leave it open;
// what is called stable must be checkable by the next reader.
#include <fmt/core.h>

#include "entries/dates.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class SourceIsKept final : public EntryLint {
 public:
  std::string_view name() const override { return "source-is-kept"; }
  std::string_view advice() const override {
    return "Give `read` (the day), and `archive` (address of a copy) or `excerpt_sha256` (of the "
           "passage that was used).";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    for (const auto& [id, source] : entry.sources) {
      if (!source.read.empty() && !is_day(source.read)) {
        report.say(source.place, fmt::format("{} was read on {}, which is no day", id, source.read),
                   "Write it as \"2026-08-01\".");
      }
      const std::string_view archive = source.archive;
      if (!archive.empty() && !archive.starts_with("https://") && !archive.starts_with("http://")) {
        report.say(source.place, fmt::format("the copy of {} has no usable address", id),
                   "Write the full address, beginning with https:// or http://.");
      }
      const std::string& excerpt = source.excerpt_sha256;
      if (!excerpt.empty() &&
          (excerpt.size() != 64 ||
           excerpt.find_first_not_of("0123456789abcdef") != std::string::npos)) {
        report.say(source.place, fmt::format("the excerpt of {} has no SHA-256 digest", id),
                   "Write 64 hexadecimal digits in lower case.");
      }
      const bool kept = !source.read.empty() && (!archive.empty() || !excerpt.empty());
      if (entry.status == Status::stable && !kept) {
        report.say(source.place, fmt::format("nobody can check {} once its page is gone", id));
      }
    }
  }
};

}  // namespace

const Lint& source_is_kept_lint() {
  static const SourceIsKept rule;
  return rule;
}

}  // namespace antidotary::entries
