// clean HOST|PATH: a removal plan; with --apply carried out, verified and left undoable.
#include <fcntl.h>

#include "cli/desk.h"
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
  Json line;
  line.set("schema", "antidotary-report/1");
  line.set("type", "plan");
  const Json whole = to_json(plan);
  for (const auto& [name, value] : *whole.object()) line.set(name, value);
  print_line(line);
}

// After the run: is it gone? The same look as before answers.
Exit verify(const Invocation& invocation, proof::Clinic& clinic, const files::Root& root,
            const std::string& only, const remedy::Run& run) {
  auto after = clinic.look(root, only);
  // A lone file that went to quarantine is gone, which is what was asked for.
  if (!after && after.error().kind == ErrorKind::not_found) after = proof::Findings{};
  if (!after) return complain(with_context(after.error(), "verifying"));
  const bool gone = after->nothing_found();
  if (invocation.has("json")) {
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "verification");
    line.set("run", run.id);
    line.set("verdict", gone ? "clean" : "found");
    print_line(line);
  } else if (gone) {
    print(fmt::format("Verified: nothing is found any more. 'antidotary undo {}' puts it back.\n",
                      run.id));
  } else {
    print("Verified: something is still found; 'antidotary examine' or 'scan' says what.\n");
  }
  return gone ? exit_of(run) : Exit::found;
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

Exit exit_of(const proof::Findings& findings) {
  if (!findings.nothing_found()) return Exit::found;
  const bool whole =
      findings.unread.empty() && findings.examination.verdict() == diagnosis::Verdict::clean;
  return whole ? Exit::clean : Exit::incomplete;
}

}  // namespace

Exit run_clean(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const auto place = sources::root_of(invocation.arguments[0]);
  if (!place) return complain(place.error());
  const auto& [root, only] = *place;
  proof::Clinic clinic(*encyclopedia);
  Exit outcome = Exit::found;
  plan::Plan plan;
  if (invocation.has("plan")) {
    auto given = read_plan(invocation.value("plan"));
    if (!given) return complain(given.error());
    plan = std::move(*given);
  } else {
    const auto findings = clinic.look(root, only);
    if (!findings) return complain(findings.error());
    plan = clinic.plan(*findings, root);
    outcome = exit_of(*findings);
    for (const auto& gap : findings->unread) {
      complain(fmt::format("not wholly read: {}: {}", join(gap.path, " > "), gap.reason));
    }
  }
  tell_plan(invocation, plan);
  if (invocation.has("out")) {
    if (const auto written = write_plan(invocation.value("out"), plan); !written) {
      return complain(written.error());
    }
  }
  if (!invocation.has("apply") || !plan.changes_anything()) return outcome;
  return apply(invocation, clinic, root, only, plan);
}

}  // namespace antidotary::cli
