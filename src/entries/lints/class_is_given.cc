// Lint: an entry says what sort of threat it is.
#include <fmt/core.h>

#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class ClassIsGiven final : public EntryLint {
 public:
  std::string_view name() const override { return "class-is-given"; }
  std::string_view advice() const override {
    return "Write `class = [\"worm/mass-mailer\"]`: a type, a slash and a subtype in lower case.";
  }
  void check_entry(const Entry& entry, Report& report) const override {
    if (entry.classes.empty()) report.say(entry.place, "the entry has no class");
    for (const std::string& name : entry.classes) {
      const std::size_t slash = name.find('/');
      const bool form =
          slash != std::string::npos && slash != 0 && slash + 1 < name.size() &&
          name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-/") == std::string::npos;
      if (!form) report.say(entry.place, fmt::format("{} is no class", name));
    }
  }
};

}  // namespace

const Lint& class_is_given_lint() {
  static const ClassIsGiven rule;
  return rule;
}

}  // namespace antidotary::entries
