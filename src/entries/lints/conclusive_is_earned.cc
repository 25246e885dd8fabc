// Lint: only what identifies the variant alone is called conclusive.
#include <fmt/core.h>

#include "entries/kinds/file.h"
#include "entries/kinds/hosts.h"
#include "entries/kinds/ini.h"
#include "entries/kinds/message.h"
#include "entries/kinds/mutex.h"
#include "entries/kinds/registry.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

bool unique(const Change& change) {
  if (const auto* file = dynamic_cast<const FileChange*>(&change)) {
    return !file->md5.empty() || !file->sha1.empty() || !file->sha256.empty();
  }
  if (const auto* registry = dynamic_cast<const RegistryChange*>(&change)) {
    return registry->action == RegistryChange::Action::create_key || !registry->data.empty();
  }
  if (dynamic_cast<const IniChange*>(&change) != nullptr) return true;
  if (dynamic_cast<const HostsChange*>(&change) != nullptr) return true;
  if (dynamic_cast<const MessageChange*>(&change) != nullptr) return change.checkable();
  return dynamic_cast<const MutexChange*>(&change) != nullptr;
}

class ConclusiveIsEarned final : public VariantLint {
 public:
  std::string_view name() const override { return "conclusive-is-earned"; }
  std::string_view advice() const override {
    return "Write `evidence = \"strong\"`, or give what makes it unique (a digest, exact registry "
           "data).";
  }
  void check_variant(const Variant& variant, Report& report) const override {
    for (const auto& change : variant.changes) {
      if (change->evidence == Grade::conclusive && !unique(*change)) {
        report.say(change->place,
                   fmt::format("{} is called conclusive, but others could share it", change->id));
      }
    }
  }
};

}  // namespace

const Lint& conclusive_is_earned_lint() {
  static const ConclusiveIsEarned rule;
  return rule;
}

}  // namespace antidotary::entries
