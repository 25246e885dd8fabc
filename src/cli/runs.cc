// undo, resume, runs: what was changed, and its way back.
#include "cli/runs.h"

#include <signal.h>

#include <ctime>
#include <optional>

#include "core/text.h"
#include "proof/image_clinic.h"

namespace antidotary::cli {
namespace {

sigset_t interruptions() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  return set;
}

std::string utc(std::uint64_t unix_s) {
  const auto seconds = static_cast<std::time_t>(unix_s);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

using Act = Result<remedy::Run> (remedy::Remedy::*)(const std::string&);

Exit act_on_run(const Invocation& invocation, Act act) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const auto state = open_state(invocation);
  if (!state) return complain(state.error());
  proof::Clinic clinic(*encyclopedia);
  auto remedy = clinic.remedy(*state, unix_seconds);
  if (!remedy) return complain(remedy.error());
  scan::Knowledge knowledge;
  knowledge.encyclopedia = &*encyclopedia;
  proof::ImageClinic images(knowledge);
  remedy->work_on_images(images.hands());
  const Uninterrupted guard;
  const auto run = ((*remedy).*act)(invocation.arguments[0]);
  if (!run) return complain(run.error());
  tell_run(invocation, *run);
  return exit_of(*run);
}

/// The run, where it is undone. What cannot be read is told by the act itself.
std::optional<remedy::Run> undone_already(const Invocation& invocation) {
  const auto state = open_state(invocation);
  if (!state) return std::nullopt;
  auto remedy = remedy::Remedy::open(*state, nullptr, unix_seconds);
  const auto runs = remedy ? remedy->runs() : Result<std::vector<remedy::Run>>();
  if (!runs) return std::nullopt;
  for (const remedy::Run& run : *runs) {
    if (run.id == invocation.arguments[0] && run.state == remedy::RunState::undone) return run;
  }
  return std::nullopt;
}

}  // namespace

Uninterrupted::Uninterrupted() {
  const sigset_t set = interruptions();
  sigprocmask(SIG_BLOCK, &set, nullptr);
}

Uninterrupted::~Uninterrupted() {
  const sigset_t set = interruptions();
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

void tell_run(const Invocation& invocation, const remedy::Run& run) {
  if (invocation.has("json")) {
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "run");
    line.set("run", run.id);
    const Json whole = to_json(run);
    for (const auto& [name, value] : *whole.object()) {
      if (name != "id") line.set(name, value);
    }
    return print_line(line);
  }
  for (const auto& step : run.steps) {
    print(fmt::format("{:3}  {:8}  {}\n", step.number, enum_name(step.outcome),
                      escape_for_terminal(step.what)));
    if (!step.detail.empty())
      print(fmt::format("               {}\n", escape_for_terminal(step.detail)));
  }
  print(fmt::format("Run {}: {}\n", run.id, enum_name(run.state)));
}

Exit exit_of(const remedy::Run& run) {
  const bool whole =
      run.state == remedy::RunState::applied || run.state == remedy::RunState::undone;
  return whole ? Exit::clean : Exit::incomplete;
}

Exit run_undo(const Invocation& invocation) {
  // Who says it twice wants it undone, and not carried out once more.
  const auto undone = invocation.has("again") ? std::nullopt : undone_already(invocation);
  if (undone) {
    if (invocation.has("json")) {
      tell_run(invocation, *undone);
    } else {
      print(fmt::format("Run {0} is undone already; nothing was changed. 'antidotary undo --again "
                        "{0}' carries it out once more.\n",
                        undone->id));
    }
    return Exit::clean;
  }
  return act_on_run(invocation, &remedy::Remedy::undo);
}

Exit run_resume(const Invocation& invocation) {
  return act_on_run(invocation, &remedy::Remedy::resume);
}

Exit run_runs(const Invocation& invocation) {
  const auto state = open_state(invocation);
  if (!state) return complain(state.error());
  auto remedy = remedy::Remedy::open(*state, nullptr, unix_seconds);
  if (!remedy) return complain(remedy.error());
  const auto runs = remedy->runs();
  if (!runs) return complain(runs.error());
  for (const auto& run : *runs) {
    if (invocation.has("json")) {
      tell_run(invocation, run);
    } else {
      print(fmt::format("{}  {}  {:13}  {} steps  {}\n", run.id, utc(run.started_unix_s),
                        enum_name(run.state), run.steps.size(), escape_for_terminal(run.root)));
    }
  }
  return Exit::clean;
}

}  // namespace antidotary::cli
