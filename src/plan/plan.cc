// Plan: findings become drafts, one a target; drafts are judged, ordered and numbered.
#include "plan/plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"
#include "entries/kinds/ini.h"
#include "entries/kinds/registry.h"
#include "plan/kinds.h"
#include "plan/known_places.h"
#include "plan/order.h"
#include "plan/protected.h"

namespace antidotary::plan {
namespace {

using diagnosis::Diagnosis;
using diagnosis::Verdict;

/// What a step acts on: two findings of one target are one step.
std::string target_of(const host::Finding& finding) {
  if (finding.registry) {
    const host::RegistryFact& fact = *finding.registry;
    return fmt::format("{}\n{}\n{}\n{}", fact.hive, fold_case(fact.key), fold_case(fact.value),
                       fact.whole_key);
  }
  if (finding.line) {
    return fmt::format("{}\n{}", finding.line->file.path, finding.line->offset);
  }
  return finding.file ? finding.file->path : finding.where;
}

int rank_of(const Step& step) {
  switch (step.act) {
    case Act::remove_value:
    case Act::restore_value:
    case Act::edit_line:
      return 0;
    case Act::remove_key:
      return 1;  // a value in it may be a step of its own
    case Act::quarantine_file:
    case Act::take_message:
      return 2;
    case Act::advise:
      return 3;
  }
  return 3;
}

class Builder {
 public:
  explicit Builder(const entries::Encyclopedia& encyclopedia) : encyclopedia_(encyclopedia) {}

  struct Surroundings {
    Verdict verdict = Verdict::clean;
    bool hive_dirty = false;
    std::string windows_path;
    bool in_container = false;
    const LooseFile* file = nullptr;       ///< Where no Windows was examined.
    const MessageFact* message = nullptr;  ///< Of `file`.
    std::string left;  ///< Why such a finding is left in any case; empty where it is not.
  };

  /// Adds the inverse of one finding. False where the encyclopedia does not know it (any more).
  bool add(host::Finding finding, const Surroundings& around) {
    const entries::Entry* entry = encyclopedia_.find(finding.entry);
    const entries::Variant* variant = entry == nullptr ? nullptr : entry->find(finding.variant);
    const entries::Change* change = variant == nullptr ? nullptr : variant->find(finding.change);
    const Kind* kind = find_kind(finding.kind);
    if (change == nullptr || kind == nullptr || change->kind() != finding.kind) return false;
    const Context context = {*entry,
                             *variant,
                             around.verdict,
                             around.hive_dirty,
                             around.windows_path,
                             around.in_container,
                             around.file == nullptr ? nullptr : &around.file->fact,
                             around.message,
                             around.file == nullptr ? "" : around.file->format};
    // What is left of a line after the parts that are taken out already.
    Part* const begun = line_begun(finding);
    if (begun != nullptr) finding.line->line = begun->step.line->after;
    Step step = kind->invert(*change, finding, context);
    step.entry = entry->id;
    step.variant = variant->id;
    step.change = change->id;
    if (begun != nullptr && step.line) go_on(*begun, step);
    if (step.left.empty()) step.left = around.left;
    if (!change->keep.empty()) step.left = change->keep;
    const std::string target = step.message
                                   ? fmt::format("{}\n{}", step.file->path, step.message->offset)
                                   : target_of(finding);
    merge(target, std::move(step), *change);
    return true;
  }

  /// A change that could not be read: what must come after its inverse has to wait.
  void add_unknown(const host::Finding& finding) {
    const entries::Entry* entry = encyclopedia_.find(finding.entry);
    const entries::Variant* variant = entry == nullptr ? nullptr : entry->find(finding.variant);
    const entries::Change* change = variant == nullptr ? nullptr : variant->find(finding.change);
    const auto* value = dynamic_cast<const entries::RegistryChange*>(change);
    if (value != nullptr && is_autostart(value->key)) return;
    if (change != nullptr && !change->before.empty()) {
      unknown_.push_back({entry->id, variant->id, change});
    }
  }

  void advise(const Diagnosis& diagnosis) {
    Step step;
    step.act = Act::advise;
    step.entry = diagnosis.entry;
    if (!diagnosis.variants.empty()) step.variant = diagnosis.variants.front();
    step.what = fmt::format("Look at what was found of {} by hand", diagnosis.entry);
    step.reason = diagnosis.reason;
    parts_.push_back({std::move(step), "", {}, false});
  }

  std::vector<Step> take() {
    std::vector<Draft> drafts;
    for (const Part& part : parts_) {
      const bool harmless = (part.step.act == Act::remove_value && part.step.registry &&
                             is_autostart(part.step.registry->key)) ||
                            is_list(part);
      drafts.push_back({part.step, rank_of(part.step), {}, harmless});
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (std::size_t j = 0; j < parts_.size(); ++j) {
        if (i != j && comes_before(parts_[i], parts_[j])) drafts[j].after.push_back(i);
      }
      for (const Name& name : unknown_) {
        if (!names_before(name, parts_[i]) || !drafts[i].step.left.empty()) continue;
        drafts[i].step.left = fmt::format(
            "the change {} must be taken back first, but could not be read", name.change->id);
      }
    }
    return in_order(std::move(drafts));
  }

 private:
  struct Name {
    std::string entry;
    std::string variant;
    const entries::Change* change;
  };
  struct Part {
    Step step;
    std::string target;
    std::vector<Name> names;  ///< Every change whose inverse this step is.
    bool kept = false;        ///< An entry says that it stays.
  };

  /// A program that a line lists and that is gone is not started.
  static bool is_list(const Part& part) {
    return std::all_of(part.names.begin(), part.names.end(), [](const Name& name) {
      const auto* ini = dynamic_cast<const entries::IniChange*>(name.change);
      return ini != nullptr && ini->is_list();
    });
  }

  /// The step that edits the finding's line already; null where none does.
  Part* line_begun(const host::Finding& finding) {
    if (!finding.line) return nullptr;
    const std::string target = target_of(finding);
    for (Part& part : parts_) {
      if (part.target == target && part.step.line && part.step.left.empty()) return &part;
    }
    return nullptr;
  }

  /// One step a line, whatever is taken out of it: from how it stands to how it is after both.
  static void go_on(const Part& begun, Step& step) {
    const Step& first = begun.step;
    step.entry = first.entry;
    step.variant = first.variant;
    step.change = first.change;
    step.line->before = first.line->before;
    if (step.what != first.what) step.what = first.what + "; " + step.what;
    if (step.reason != first.reason) step.reason = first.reason + "; " + step.reason;
    if (step.expected_after != first.expected_after) {
      step.expected_after = first.expected_after + "; " + step.expected_after;
    }
  }

  void merge(const std::string& target, Step step, const entries::Change& change) {
    Name name = {step.entry, step.variant, &change};
    for (Part& part : parts_) {
      if (part.target != target) continue;
      part.names.push_back(std::move(name));
      const bool kept = part.kept || !change.keep.empty();
      // What one variant's facts leave, another's may allow, but never what must stay; a line goes
      // on from where it was.
      const bool allowed = step.left.empty() && (!part.step.left.empty() || step.line);
      if ((allowed && !kept) || (kept && !part.kept)) part.step = std::move(step);
      part.kept = kept;
      return;
    }
    parts_.push_back({std::move(step), target, {std::move(name)}, !change.keep.empty()});
  }

  static bool names_before(const Name& first, const Part& second) {
    const auto& before = first.change->before;
    return std::any_of(second.names.begin(), second.names.end(), [&](const Name& name) {
      return name.entry == first.entry && name.variant == first.variant &&
             std::find(before.begin(), before.end(), name.change->id) != before.end();
    });
  }

  static bool comes_before(const Part& first, const Part& second) {
    return std::any_of(first.names.begin(), first.names.end(),
                       [&](const Name& name) { return names_before(name, second); });
  }

  const entries::Encyclopedia& encyclopedia_;
  std::vector<Part> parts_;
  std::vector<Name> unknown_;
};

std::string forgotten(const host::Finding& finding) {
  return fmt::format("{} was found as change {} of {} ({}), which the encyclopedia does not hold",
                     finding.where, finding.change, finding.entry, finding.variant);
}

/// Why this finding is never taken back, whatever its inverse says.
std::string why_left(const host::Finding& finding, const diagnosis::Examination& examination) {
  if (finding.grade == entries::Grade::weak && !finding.confirmed) {
    return "innocent programs leave such a thing as well, and neither size nor digest shows whose "
           "it is";
  }
  if (finding.file &&
      is_protected(finding.file->path, examination.windows, examination.windows_directory)) {
    return "Windows needs a file of this name there: repair it from Windows' own media";
  }
  return {};
}

void add_diagnosis(const Diagnosis& diagnosis, const diagnosis::Examination& examination,
                   Builder& builder, std::vector<std::string>& warnings) {
  for (const host::Finding& finding : diagnosis.evidence_for) {
    if (finding.outcome != host::Outcome::found) continue;
    Builder::Surroundings around;
    around.verdict = diagnosis.verdict;
    around.windows_path = examination.windows_path;
    around.left = why_left(finding, examination);
    const auto names_hive = [&finding](const std::vector<std::string>& hives) {
      return finding.registry &&
             std::count(hives.begin(), hives.end(), finding.registry->hive) != 0;
    };
    around.hive_dirty =
        names_hive(examination.dirty_hives) || names_hive(examination.replayed_hives);
    if (!builder.add(finding, around)) warnings.push_back(forgotten(finding));
  }
  for (const host::Finding& finding : diagnosis.unknown) builder.add_unknown(finding);
}

}  // namespace

std::span<const std::string_view> enum_names(Act) {
  static constexpr std::array<std::string_view, 7> names = {
      "quarantine_file", "remove_value", "restore_value", "remove_key",
      "edit_line",       "take_message", "advise"};
  return names;
}

bool Plan::changes_anything() const {
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return step.carried_out(); });
}

Plan make_plan(const entries::Encyclopedia& encyclopedia, const diagnosis::Examination& examination,
               std::string root) {
  Plan out;
  out.root = std::move(root);
  Builder builder(encyclopedia);
  for (const Diagnosis& diagnosis : examination.diagnoses) {
    switch (diagnosis.verdict) {
      case Verdict::infected:
      case Verdict::traces:
        add_diagnosis(diagnosis, examination, builder, out.warnings);
        break;
      case Verdict::lure:
      case Verdict::suspicious:
      case Verdict::incomplete:
        builder.advise(diagnosis);
        break;
      case Verdict::clean:
        break;
    }
  }
  out.steps = builder.take();
  for (const std::string& hive : examination.dirty_hives) {
    out.warnings.push_back(
        fmt::format("{} has changes in its log that were not read; it is not written to", hive));
  }
  for (const std::string& hive : examination.replayed_hives) {
    out.warnings.push_back(
        fmt::format("{} was read with the changes of its log; it is not written to", hive));
  }
  for (const host::Unread& unread : examination.unread) {
    out.warnings.push_back(
        fmt::format("{} could not be wholly read: {}", unread.what, unread.reason));
  }
  return out;
}

Plan make_plan(const entries::Encyclopedia& encyclopedia, const std::vector<FoundLure>& found,
               std::string root) {
  Plan out;
  out.root = std::move(root);
  Builder builder(encyclopedia);
  for (const FoundLure& lure : found) {
    if (lure.diagnosis.verdict != Verdict::lure && lure.diagnosis.verdict != Verdict::traces &&
        lure.diagnosis.verdict != Verdict::infected) {
      if (lure.diagnosis.verdict != Verdict::clean) builder.advise(lure.diagnosis);
      continue;
    }
    for (host::Finding finding : lure.diagnosis.evidence_for) {
      Builder::Surroundings around;
      around.verdict = lure.diagnosis.verdict;
      // An archive is not a message: only a message is one thing with what it carries.
      around.in_container = lure.file.container || (lure.diagnosis.verdict != Verdict::lure &&
                                                    finding.container.size() > 1);
      around.file = &lure.file;
      if (around.in_container) around.message = message_on(lure.file, finding.container);
      // Inside a container the message is the target, not the file that holds them all.
      if (!around.in_container) finding.file = lure.file.fact;
      if (!builder.add(finding, around)) out.warnings.push_back(forgotten(finding));
    }
  }
  out.steps = builder.take();
  return out;
}

}  // namespace antidotary::plan
