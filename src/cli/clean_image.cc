#include "cli/clean_image.h"

#include <filesystem>

#include "cli/allow_book.h"
#include "cli/clean_plan.h"
#include "cli/disk_words.h"
#include "cli/runs.h"
#include "core/text.h"
#include "proof/image_clinic.h"

namespace antidotary::cli {
namespace {

Exit seen_on(const worker::DiskExamination& disk) {
  Exit out = any_unread(disk.volumes) ? Exit::incomplete : Exit::clean;
  for (const auto& [volume, examination] : disk.installations) {
    const auto verdict = examination.verdict();
    const bool well = verdict == diagnosis::Verdict::clean;
    const bool unknown = verdict == diagnosis::Verdict::incomplete;
    out = worse(out, well ? Exit::clean : unknown ? Exit::incomplete : Exit::found);
  }
  return out;
}

/// Why the image is not written to, before anything is looked at.
Status may_be_asked(const Invocation& invocation) {
  const std::string& path = invocation.arguments[0];
  std::error_code failed;
  if (std::filesystem::is_block_file(path, failed) && !invocation.has("device")) {
    return fail(ErrorKind::refused,
                "{} is a device and no copy of one: make an image of it first, or say --device to "
                "write to the device itself",
                path);
  }
  if (proof::ntfs_program().empty()) {
    return fail(ErrorKind::not_found, "{}", proof::no_ntfs_program());
  }
  return {};
}

Exit apply(const Invocation& invocation, proof::ImageClinic& clinic,
           const sources::Evidence& evidence, const plan::Plan& plan) {
  const auto state = open_state(invocation);
  if (!state) return complain(state.error());
  auto remedy = clinic.remedy(*state, unix_seconds, plan);
  if (!remedy) return complain(remedy.error());
  const Uninterrupted guard;
  const auto run = remedy->apply_to_image(plan);
  if (!run) return complain(run.error());
  tell_run(invocation, *run);
  const auto after = clinic.look(evidence);
  if (!after) return complain(with_context(after.error(), "verifying"));
  const Exit seen = seen_on(*after);
  tell_verification(invocation, *run, seen);
  return seen == Exit::clean ? exit_of(*run) : seen;
}

/// The plan, and what was seen; a given plan was made of what was seen before.
Result<std::pair<plan::Plan, Exit>> plan_for(const Invocation& invocation,
                                             proof::ImageClinic& clinic,
                                             const sources::Evidence& evidence,
                                             const scan::AllowList& allow) {
  if (invocation.has("plan")) {
    plan::Plan plan = ANTIDOTARY_TRY(read_plan(invocation.value("plan")));
    if (!plan.image || plan.root != evidence.path()) {
      return fail(ErrorKind::bad_input, "the plan is for {}, not for {}",
                  escape_for_terminal(plan.root), escape_for_terminal(evidence.path()));
    }
    leave_allowed(plan, allow);
    return std::pair(std::move(plan), Exit::found);
  }
  const auto disk = ANTIDOTARY_TRY(clinic.look(evidence));
  if (disk.installations.empty()) {
    complain_no_windows(evidence, disk.volumes);
    return std::pair(plan::Plan{}, Exit::incomplete);
  }
  const std::string only_read = proof::why_only_read(disk.form);
  if (invocation.has("apply") && !only_read.empty()) {
    return fail(ErrorKind::refused, "{}: {}", escape_for_terminal(evidence.path()), only_read);
  }
  for (const auto& [volume, examination] : disk.installations) {
    tell_silenced(examination.silenced);
  }
  return std::pair(ANTIDOTARY_TRY(clinic.plan(evidence, disk)), seen_on(disk));
}

}  // namespace

Exit clean_image(const Invocation& invocation, const entries::Encyclopedia& encyclopedia) {
  if (invocation.has("pack") || invocation.has("database")) {
    return complain("signatures are not looked for on a disk image: mount it and name the mount");
  }
  if (invocation.has("apply")) {
    if (const Status may = may_be_asked(invocation); !may) return complain(may.error());
  }
  const auto evidence = sources::Evidence::open(invocation.arguments[0]);
  if (!evidence) return complain(evidence.error());
  const scan::AllowList allow = allowances_of(invocation);
  scan::Knowledge knowledge;
  knowledge.encyclopedia = &encyclopedia;
  knowledge.allow = &allow;
  proof::ImageClinic clinic(knowledge);
  const auto planned = plan_for(invocation, clinic, *evidence, allow);
  if (!planned) return complain(planned.error());
  const auto& [plan, outcome] = *planned;
  if (plan.root.empty()) return outcome;
  const bool applies = invocation.has("apply") && plan.changes_anything();
  // Text that says "nothing has been changed yet" has no place before a run.
  if (!applies || invocation.has("json")) tell_plan(invocation, plan);
  if (invocation.has("out")) {
    const Status written = write_plan(invocation.value("out"), plan);
    if (!written) return complain(written.error());
  }
  if (!applies) return whole_or_incomplete(encyclopedia, outcome);
  return apply(invocation, clinic, *evidence, plan);
}

}  // namespace antidotary::cli
