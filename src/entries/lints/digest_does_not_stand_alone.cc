// Lint: no variant rests on a digest alone.
//
// A digest knows one file: the next packing, or garbage at its end, makes another. Where it lies
// and what else changed must carry the finding. A test file is that one file by definition.
#include <fmt/core.h>

#include <algorithm>

#include "entries/kinds/file.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

bool rests_on_digest(const Change& change) {
  const auto* file = dynamic_cast<const FileChange*>(&change);
  return file != nullptr && (!file->md5.empty() || !file->sha1.empty() || !file->sha256.empty());
}

class DigestDoesNotStandAlone final : public EntryLint {
 public:
  std::string_view name() const override { return "digest-does-not-stand-alone"; }
  std::string_view advice() const override {
    return "State another change that can be checked: another file, a registry value, the message.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    const bool test_file =
        std::any_of(entry.classes.begin(), entry.classes.end(),
                    [](const std::string& name) { return name.starts_with("test-file/"); });
    if (test_file) return;
    for (const Variant& variant : entry.variants) {
      const bool other = std::any_of(
          variant.changes.begin(), variant.changes.end(),
          [](const auto& change) { return change->checkable() && !rests_on_digest(*change); });
      if (variant.checkable() && !other) {
        report.say(variant.place, fmt::format("{} can be known by digest only", variant.title));
      }
    }
  }
};

}  // namespace

const Lint& digest_does_not_stand_alone_lint() {
  static const DigestDoesNotStandAlone rule;
  return rule;
}

}  // namespace antidotary::entries
