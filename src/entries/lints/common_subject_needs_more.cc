// Lint: a lure whose subject anybody writes needs more than that subject and any attachment.
//
// "hi", "test" and "Re: Document" are shared by five families and by ordinary mail.
#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "core/text.h"
#include "entries/kinds/message.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view common_subjects[] = {"",
                                                "re:",
                                                "fw:",
                                                "fwd:",
                                                "hi",
                                                "hello",
                                                "hey",
                                                "test",
                                                "re: test",
                                                "re: hi",
                                                "re: hello",
                                                "thanks",
                                                "thank you",
                                                "re: thanks",
                                                "document",
                                                "re: document",
                                                "your document",
                                                "re: your document",
                                                "details",
                                                "re: details",
                                                "re: re:",
                                                "status",
                                                "error",
                                                "report",
                                                "photo",
                                                "photos",
                                                "price",
                                                "re: approved",
                                                "information",
                                                "important",
                                                "question",
                                                "notice",
                                                "warning",
                                                "read it",
                                                "mail delivery system"};

class CommonSubjectNeedsMore final : public ChangeLint<MessageChange> {
 public:
  std::string_view name() const override { return "common-subject-needs-more"; }
  std::string_view advice() const override {
    return "Add a `body` phrase, the archive's `member`, `attachment_sizes` or exact `attachment` "
           "names; else write `evidence = \"weak\"`.";
  }
  void check_change(const MessageChange& change, Report& report) const override {
    if (change.evidence == Grade::weak) return;
    const bool exact =
        !change.attachment.empty() &&
        std::none_of(change.attachment.begin(), change.attachment.end(),
                     [](const std::string& n) { return n.find('*') != std::string::npos; });
    if (exact || !change.body.empty() || !change.member.empty() ||
        !change.attachment_sizes.empty()) {
      return;
    }
    for (const std::string& subject : change.subject) {
      const std::string plain = ascii_lower(collapse_white_space(subject));
      const auto* found = std::find(std::begin(common_subjects), std::end(common_subjects), plain);
      if (found == std::end(common_subjects)) continue;
      report.say(change.place, fmt::format("anybody may send \"{}\" with such a file", subject));
    }
  }
};

}  // namespace

const Lint& common_subject_needs_more_lint() {
  static const CommonSubjectNeedsMore rule;
  return rule;
}

}  // namespace antidotary::entries
