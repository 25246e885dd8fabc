// clean HOST|PATH: a removal plan; with --apply carried out, verified and left undoable.
#include <algorithm>

#include "cli/allow_book.h"
#include "cli/clean_image.h"
#include "cli/clean_plan.h"
#include "cli/desk.h"
#include "cli/disk_words.h"
#include "cli/packs.h"
#include "cli/runs.h"
#include "core/text.h"
#include "files/state.h"

namespace antidotary::cli {
namespace {

Exit seen_in(const proof::Findings& findings) {
  if (!findings.nothing_found()) return Exit::found;
  const bool whole =
      findings.unread.empty() &&
      (!findings.is_windows() || findings.examination.verdict() == diagnosis::Verdict::clean);
  return whole ? Exit::clean : Exit::incomplete;
}

// After the run: is it gone? The same look as before answers.
Exit verify(const Invocation& invocation, proof::Clinic& clinic, const files::Root& root,
            const std::string& only, const remedy::Run& run) {
  auto after = clinic.look(root, only);
  // A lone file that went to quarantine is gone, which is what was asked for.
  if (!after && !only.empty() && after.error().kind == ErrorKind::not_found) {
    after = proof::Findings{};
  }
  if (!after) return complain(with_context(after.error(), "verifying"));
  // What could not be read the second time is not gone, it is unknown.
  const Exit seen = seen_in(*after);
  tell_verification(invocation, run, seen);
  return seen == Exit::clean ? exit_of(run) : seen;
}

Exit apply(const Invocation& invocation, proof::Clinic& clinic, const files::Root& root,
           const std::string& only, const plan::Plan& plan) {
  const auto state = open_state(invocation);
  if (!state) return complain(state.error());
  auto remedy = clinic.remedy(*state, unix_seconds);
  if (!remedy) return complain(remedy.error());
  const Uninterrupted guard;
  const auto run = remedy->apply(root, plan);
  if (!run) return complain(run.error());
  tell_run(invocation, *run);
  return verify(invocation, clinic, root, only, *run);
}

/// Signatures are acted on only where the command itself names them: what stands in the
/// environment for scans must not decide what is moved away.
Result<std::optional<OpenPack>> pack_of_clean(const Invocation& invocation) {
  if (!invocation.has("pack") && !invocation.has("database")) return std::nullopt;
  auto pack = ANTIDOTARY_TRY(pack_of(invocation, databases_of(invocation)));
  if (pack) ANTIDOTARY_CHECK(check_whole(*pack));
  return pack;
}

}  // namespace

Exit run_clean(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  if (is_disk_image(invocation.arguments[0])) return clean_image(invocation, *encyclopedia);
  const auto place = sources::root_of(invocation.arguments[0]);
  if (!place) return complain(place.error());
  const auto& [root, only] = *place;
  const auto pack = pack_of_clean(invocation);
  if (!pack) return complain(pack.error());
  const scan::AllowList allow = allowances_of(invocation);
  scan::Knowledge knowledge;
  knowledge.encyclopedia = &*encyclopedia;
  knowledge.allow = &allow;
  if (*pack) {
    knowledge.pack = (*pack)->pack.get();
    knowledge.yara = (*pack)->yara.get();
  }
  proof::Clinic clinic(knowledge);
  Exit outcome = Exit::found;
  plan::Plan plan;
  if (invocation.has("plan")) {
    auto given = read_plan(invocation.value("plan"));
    if (!given) return complain(given.error());
    plan = std::move(*given);
    if (plan.image) {
      return complain(fmt::format("the plan is for the disk image {}: name that one",
                                  escape_for_terminal(plan.root)));
    }
    leave_allowed(plan, allow);
  } else {
    const auto findings = clinic.look(root, only);
    if (!findings) return complain(findings.error());
    plan = clinic.plan(*findings, root);
    outcome = seen_in(*findings);
    tell_silenced(findings->silenced);
    for (const auto& gap : findings->unread) {
      complain(fmt::format("not wholly read: {}: {}", join(gap.path, " > "), gap.reason));
    }
  }
  const bool applies = invocation.has("apply") && plan.changes_anything();
  // Text that says "nothing has been changed yet" has no place before a run.
  if (!applies || invocation.has("json")) tell_plan(invocation, plan);
  if (invocation.has("out")) {
    if (const auto written = write_plan(invocation.value("out"), plan); !written) {
      return complain(written.error());
    }
  }
  if (!applies) return whole_or_incomplete(*encyclopedia, outcome);
  return apply(invocation, clinic, root, only, plan);
}

}  // namespace antidotary::cli
