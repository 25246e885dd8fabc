// Lint: nobody is convicted by a subject, a sender or a phrase alone.
#include "entries/kinds/message.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

class LureIsMoreThanASubject final : public ChangeLint<MessageChange> {
 public:
  std::string_view name() const override { return "lure-is-more-than-a-subject"; }
  std::string_view advice() const override {
    return "Add an attachment shape beside the subject or a body phrase, or write `evidence = "
           "\"weak\"`.";
  }
  void check_change(const MessageChange& change, Report& report) const override {
    const bool nothing = change.from.empty() && change.sender_name.empty() &&
                         change.subject.empty() && change.body.empty() &&
                         change.attachment.empty() && change.member.empty() &&
                         change.attachment_sizes.empty() && change.structure.empty();
    if (nothing) {
      report.say(change.place, "the message says nothing about itself",
                 "State its subject, body, attachment or structure, or remove it.");
    } else if (!change.checkable() && change.evidence != Grade::weak) {
      report.say(change.place, "the lure has too little to be told from honest mail");
    }
  }
};

}  // namespace

const Lint& lure_is_more_than_a_subject_lint() {
  static const LureIsMoreThanASubject rule;
  return rule;
}

}  // namespace antidotary::entries
