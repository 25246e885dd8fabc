#include "cli/clean_plan.h"

#include <fcntl.h>

#include <algorithm>

#include "cli/runs.h"
#include "files/act.h"

namespace antidotary::cli {
namespace {

constexpr std::uint64_t plan_bytes_max = 64ull << 20;

}  // namespace

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

void leave_allowed(plan::Plan& plan, const scan::AllowList& allow) {
  for (plan::Step& step : plan.steps) {
    if (!step.carried_out()) continue;
    const bool by_digest = step.file && allow.allows_digest(step.file->sha256);
    if (allow.allows_entry(step.entry)) step.left = "the entry " + step.entry + " is allowed";
    if (by_digest) step.left = "its digest " + step.file->sha256 + " is allowed";
  }
}

void tell_verification(const Invocation& invocation, const remedy::Run& run, Exit seen) {
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
}

}  // namespace antidotary::cli
