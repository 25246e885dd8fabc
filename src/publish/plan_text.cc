// PlanText: a plan in words, step by step, with what is left and why.
#include <fmt/core.h>

#include <algorithm>

#include "publish/sheet.h"

namespace antidotary::publish {
namespace {

void add_step(Sheet& sheet, const plan::Step& step, std::size_t number) {
  const auto below = [&](const char* label, const std::string& text) {
    if (!text.empty()) sheet.item(Words(label, Tone::faint), text, 6);
  };
  sheet.blank();
  sheet.item(Words(fmt::format("{:>2}.", number), Tone::bold), Words(step.what, Tone::bold));
  below("why:  ", step.reason);
  if (step.carried_out()) {
    below("after:", step.expected_after);
  } else {
    below("left: ", step.left);
  }
}

}  // namespace

std::string plan_text(const plan::Plan& plan, const Paper& paper) {
  const auto done = static_cast<std::size_t>(
      std::count_if(plan.steps.begin(), plan.steps.end(),
                    [](const plan::Step& step) { return step.carried_out(); }));
  const std::size_t left = plan.steps.size() - done;
  Sheet sheet(paper);
  sheet.paragraph(Words("Plan", Tone::bold) + " for " + Words(plan.root, Tone::bold), 0);
  if (plan.steps.empty()) {
    sheet.paragraph("There is nothing to do.", 0);
  } else {
    sheet.paragraph(fmt::format("{} {}, {} listed and left. Nothing has been changed yet.", done,
                                done == 1 ? "step to carry out" : "steps to carry out", left),
                    0);
  }
  if (done > 0) sheet.heading("To be carried out");
  for (const plan::Step& step : plan.steps) {
    if (step.carried_out()) add_step(sheet, step, step.number);
  }
  if (left > 0) sheet.heading("Listed and left to you");
  for (const plan::Step& step : plan.steps) {
    if (!step.carried_out()) add_step(sheet, step, step.number);
  }
  if (!plan.warnings.empty()) sheet.heading("Take care");
  for (const std::string& warning : plan.warnings) sheet.item(Words("!", Tone::yellow), warning);
  if (done == 0) return sheet.take();
  sheet.heading("What to do next");
  sheet.paragraph(
      "Carry it out with --apply. Every file is kept in quarantine, every change is "
      "written down first, and undo puts all of it back.");
  return sheet.take();
}

}  // namespace antidotary::publish
