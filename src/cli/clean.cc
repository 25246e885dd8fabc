// clean HOST|PATH: a removal plan; with --apply carried out, verified and left undoable.
#include <fcntl.h>

#include <algorithm>

#include "cli/allow_book.h"
#include "cli/desk.h"
#include "cli/disk_words.h"
#include "cli/packs.h"
#include "cli/runs.h"
#include "core/text.h"
#include "files/act.h"
#include "files/state.h"

namespace antidotary::cli {
namespace {

constexpr std::uint64_t plan_bytes_max = 64ull << 20;

Result<plan::Plan> read_plan(const std::string& path) {
  const Buffer bytes = ANTIDOTARY_TRY(files::read_file(path, plan_bytes_max));
  auto json = Json::parse(as_text(bytes));
  if (!json) return tl::unexpected(with_context(json.error(), path));
  auto plan = record_from_json<plan::Plan>(*json);
  if (!plan) {
    return fail(ErrorKind::bad_input, "{} is not a plan: {}; make one with 'clean --out'", path,
                plan.error().what);
  }
  return plan;
}

Status write_plan(const std::string& path, const plan::Plan& plan) {
  const std::string text = to_json(plan).dump() + "\n";
  const files::Fd file = ANTIDOTARY_TRY(files::act::create(AT_FDCWD, path, 0644));
  ANTIDOTARY_CHECK(files::act::write_all(file.get(), as_bytes(std::string_view(text))));
  return files::act::sync(file.get());
}

void tell_plan(const Invocation& invocation, const plan::Plan& plan) {
  if (!invocation.has("json")) return print(publish::plan_text(plan, paper(invocation)));
  print_line(typed("plan", to_json(plan)));
}

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
  const bool gone = seen == Exit::clean;
  if (invocation.has("json")) {
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "verification");
    line.set("run", run.id);
    line.set("verdict", gone ? "clean" : seen == Exit::found ? "found" : "incomplete");
    print_line(line);
  } else if (gone) {
    const auto not_done = std::count_if(run.steps.begin(), run.steps.end(), [](const auto& step) {
      return step.outcome != remedy::StepOutcome::done;
    });
    print("Verified: nothing that convicts is found any more.\n");
    if (not_done > 0) {
      print(fmt::format("{} step{} above {} not carried out: look at {} yourself.\n", not_done,
                        not_done == 1 ? "" : "s", not_done == 1 ? "was" : "were",
                        not_done == 1 ? "it" : "them"));
    }
    print("What the program does not undo is told by 'antidotary explain --steps NAME'.\n");
    print(fmt::format("'antidotary undo {}' puts everything back.\n", run.id));
  } else {
    print(seen == Exit::found
              ? "Verified: something is still found; 'antidotary examine' or 'scan' says what.\n"
              : "Not verified: something could not be read; 'antidotary examine' or 'scan' says "
                "what.\n");
  }
  return gone ? exit_of(run) : seen;
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

/// A plan may be older than an allowance.
void leave_allowed(plan::Plan& plan, const scan::AllowList& allow) {
  for (plan::Step& step : plan.steps) {
    if (!step.carried_out()) continue;
    const bool by_digest = step.file && allow.allows_digest(step.file->sha256);
    if (allow.allows_entry(step.entry)) step.left = "the entry " + step.entry + " is allowed";
    if (by_digest) step.left = "its digest " + step.file->sha256 + " is allowed";
  }
}

}  // namespace

Exit run_clean(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  if (is_disk_image(invocation.arguments[0])) {
    return complain(invocation.arguments[0] +
                    " is a disk image, which is only read ('examine', 'check'); to clean it, mount "
                    "it and name the mount");
  }
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
