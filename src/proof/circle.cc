#include "proof/circle.h"

#include <algorithm>
#include <filesystem>

#include "core/record.h"
#include "core/text.h"
#include "files/state.h"
#include "host/kinds.h"
#include "proof/clinic.h"
#include "proof/snapshot.h"
#include "simulate/simulate.h"

namespace antidotary::proof {
namespace {

namespace fs = std::filesystem;

// One entry's proof under way: where it works and what it has to say so far.
class Circle {
 public:
  Circle(const entries::Encyclopedia& encyclopedia, const entries::Entry& entry,
         std::string scratch)
      : entry_(entry), scratch_(std::move(scratch)), clinic_(encyclopedia) {}

  Status variant(const entries::Variant& variant) {
    variant_ = &variant;
    const std::string folder = scratch_ + "/" + variant.id;
    ANTIDOTARY_CHECK(simulate::infected(entry_, variant, folder));
    const bool on_disk =
        std::any_of(variant.changes.begin(), variant.changes.end(), shown_by_a_disk);
    ANTIDOTARY_CHECK(host(folder + "/host", on_disk));
    if (fs::is_directory(folder + "/mail")) ANTIDOTARY_CHECK(mail(folder + "/mail"));
    return {};
  }

  Status near(const std::string& directory) {
    variant_ = nullptr;
    const std::string folder = scratch_ + "/near";
    ANTIDOTARY_CHECK(simulate::honest(folder));
    std::error_code failed;
    for (const char* part : {"host", "mail"}) {
      const fs::path from = fs::path(directory) / part;
      if (!fs::is_directory(from)) continue;
      fs::copy(from, fs::path(folder) / part,
               fs::copy_options::recursive | fs::copy_options::overwrite_existing, failed);
      if (failed) return fail(ErrorKind::io, "cannot copy {}: {}", from.string(), failed.message());
    }
    return clean_everywhere(folder, "near misses stay clean");
  }

  Status clean_everywhere(const std::string& folder, const std::string& what) {
    for (const char* part : {"/host", "/mail"}) {
      if (!fs::is_directory(folder + part)) continue;
      const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder + part));
      const Findings findings = ANTIDOTARY_TRY(clinic_.look(root));
      note(what + " (" + (part + 1) + ")", clean(findings), described(findings));
    }
    return {};
  }

  std::vector<Check> take() { return std::move(checks_); }

 private:
  static bool has_kind(const entries::Variant& variant, std::vector<std::string_view> kinds) {
    return std::any_of(variant.changes.begin(), variant.changes.end(), [&](const auto& change) {
      return change->checkable() &&
             std::find(kinds.begin(), kinds.end(), change->kind()) != kinds.end();
    });
  }

  void note(std::string what, bool passed, std::string detail) {
    checks_.push_back({entry_.id, variant_ == nullptr ? "" : variant_->id, std::move(what), passed,
                       std::move(detail)});
  }

  static std::string described(const Findings& findings) {
    std::vector<std::string> parts;
    const auto add = [&parts](const diagnosis::Diagnosis& d, const std::string& where) {
      parts.push_back(fmt::format("{} {} ({}){}{}", enum_name(d.verdict), d.entry,
                                  join(d.variants, " or "), where.empty() ? "" : " in ", where));
    };
    for (const auto& d : findings.examination.diagnoses) add(d, "");
    for (const auto& lure : findings.lures) add(lure.diagnosis, lure.file.fact.path);
    for (const auto& gap : findings.unread) parts.push_back("unread: " + gap.reason);
    for (const auto& gap : findings.examination.unread) {
      parts.push_back("unread: " + gap.what + ": " + gap.reason);
    }
    for (const std::string& hive : findings.examination.dirty_hives) {
      parts.push_back("unread: the log of " + hive);
    }
    return parts.empty() ? "nothing found" : join(parts, "; ");
  }

  // The named variants must hold this one, and any other must be declared as confusable.
  bool is_this_variant(const diagnosis::Diagnosis& diagnosis) const {
    if (diagnosis.entry != entry_.id) return false;
    const auto& named = diagnosis.variants;
    if (std::find(named.begin(), named.end(), variant_->id) == named.end()) return false;
    return std::all_of(named.begin(), named.end(), [this](const std::string& id) {
      return id == variant_->id ||
             std::any_of(variant_->confusable.begin(), variant_->confusable.end(),
                         [&id](const auto& other) { return other.variant == id; });
    });
  }

  Status host(const std::string& folder, bool expected) {
    const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder));
    const Snapshot before = ANTIDOTARY_TRY(snapshot(folder));
    const Findings findings = ANTIDOTARY_TRY(clinic_.look(root));
    const auto& found = findings.examination.diagnoses;
    if (!expected) {
      note("a disk without its marks is clean", clean(findings), described(findings));
      return {};
    }
    note("found on disk as itself and nothing else", found.size() == 1 && is_this_variant(found[0]),
         described(findings));
    if (found.size() == 1) {
      const std::string unseen = unseen_in(found[0]);
      note("each of its changes seen", unseen.empty(), unseen);
    }
    return remove_and_undo(root, findings, before);
  }

  static bool shown_by_a_disk(const std::unique_ptr<entries::Change>& change) {
    return change->checkable() && host::find_kind(change->kind()) != nullptr;
  }

  /// The changes that the scene shows and the diagnosis does not name: a misspelt key, a folder
  /// that no computer has.
  std::string unseen_in(const diagnosis::Diagnosis& diagnosis) const {
    std::vector<std::string> out;
    for (const auto& change : variant_->changes) {
      if (!shown_by_a_disk(change)) continue;
      const auto& seen = diagnosis.evidence_for;
      if (std::none_of(seen.begin(), seen.end(), [&](const host::Finding& finding) {
            return finding.variant == variant_->id && finding.change == change->id;
          })) {
        out.push_back(change->id);
      }
    }
    return out.empty() ? "" : "not seen: " + join(out, ", ");
  }

  Status mail(const std::string& folder) {
    const bool expected = has_kind(*variant_, {"message"});
    const files::Root root = ANTIDOTARY_TRY(files::Root::open(folder));
    const Snapshot before = ANTIDOTARY_TRY(snapshot(folder));
    const Findings findings = ANTIDOTARY_TRY(clinic_.look(root));
    if (!expected) {
      note("innocent mail is clean", clean(findings), described(findings));
      return {};
    }
    // Once as a message of its own, once inside the mailbox, and in no other message.
    const auto& lures = findings.lures;
    const auto in_mailbox = std::count_if(lures.begin(), lures.end(),
                                          [](const auto& lure) { return lure.file.container; });
    const bool all_this = std::all_of(lures.begin(), lures.end(), [this](const auto& lure) {
      return lure.diagnosis.verdict == diagnosis::Verdict::lure && is_this_variant(lure.diagnosis);
    });
    note("its lure found in mail as itself and nothing else",
         lures.size() == 2 && in_mailbox == 1 && all_this, described(findings));
    return remove_and_undo(root, findings, before);
  }

  Status remove_and_undo(const files::Root& root, const Findings& findings,
                         const Snapshot& before) {
    const std::string state_path = scratch_ + "/state";
    const files::Root state = ANTIDOTARY_TRY(files::open_state(state_path));
    auto remedy = ANTIDOTARY_TRY(clinic_.remedy(state, [] { return std::uint64_t{1100000000}; }));
    const plan::Plan plan = clinic_.plan(findings, root);
    if (!plan.changes_anything() && stays(plan)) {
      note("what an entry keeps is told and left", true, described(findings));
      return {};
    }
    if (!plan.changes_anything()) {
      note("removed", false, "the plan has no step that is carried out");
      return {};
    }
    const remedy::Run run = ANTIDOTARY_TRY(remedy.apply(root, plan));
    note("every step carried out and verified", run.state == remedy::RunState::applied,
         described(run));
    Findings after = ANTIDOTARY_TRY(clinic_.look(root));
    // A mailbox is never the unit of deletion: what is left in one was said by the plan.
    std::erase_if(after.lures, [](const auto& lure) { return lure.file.container; });
    note("nothing is found after removal", clean(after), described(after));
    const remedy::Run undone = ANTIDOTARY_TRY(remedy.undo(run.id));
    const Snapshot restored = ANTIDOTARY_TRY(snapshot(root.path()));
    const auto differences = before.differences(restored);
    note("undone to equal content, names, times, modes, owners and attributes",
         undone.state == remedy::RunState::undone && differences.empty(),
         differences.empty() ? before.digest().substr(0, 16) : join(differences, "\n"));
    return {};
  }

  /// Every step is left because the entry says that its change stays, or a person is asked to look.
  bool stays(const plan::Plan& plan) const {
    const auto& changes = variant_->changes;
    const bool all_kept = std::all_of(changes.begin(), changes.end(), [](const auto& change) {
      return !change->checkable() || change->kind() == "message" || !change->keep.empty();
    });
    if (all_kept) return !plan.steps.empty();
    return !plan.steps.empty() &&
           std::all_of(plan.steps.begin(), plan.steps.end(), [this](const plan::Step& step) {
             const entries::Variant* variant = entry_.find(step.variant);
             const entries::Change* change =
                 variant == nullptr ? nullptr : variant->find(step.change);
             return change != nullptr && !change->keep.empty() && step.left == change->keep;
           });
  }

  static std::string described(const remedy::Run& run) {
    std::vector<std::string> parts;
    for (const auto& step : run.steps) {
      parts.push_back(fmt::format("{}: {} {}", enum_name(step.outcome), step.what, step.detail));
    }
    return join(parts, "; ");
  }

  const entries::Entry& entry_;
  std::string scratch_;
  Clinic clinic_;
  const entries::Variant* variant_ = nullptr;
  std::vector<Check> checks_;
};

}  // namespace

bool wholly_read(const Findings& findings) {
  const diagnosis::Examination& examination = findings.examination;
  return findings.unread.empty() && examination.unread.empty() && examination.dirty_hives.empty();
}

bool clean(const Findings& findings) { return findings.nothing_found() && wholly_read(findings); }

Result<std::vector<Check>> prove(const entries::Encyclopedia& encyclopedia,
                                 const entries::Entry& entry, const std::string& near_directory,
                                 const std::string& scratch) {
  Circle circle(encyclopedia, entry, scratch);
  for (const entries::Variant& variant : entry.variants) {
    // Named only: nothing to simulate; the reason stands in the entry and is counted apart.
    if (variant.checkable()) ANTIDOTARY_CHECK(circle.variant(variant));
  }
  if (fs::is_directory(near_directory)) ANTIDOTARY_CHECK(circle.near(near_directory));
  return circle.take();
}

Result<std::vector<Check>> prove_honest(const entries::Encyclopedia& encyclopedia,
                                        const std::string& scratch) {
  static const entries::Entry nobody;
  Circle circle(encyclopedia, nobody, scratch);
  ANTIDOTARY_CHECK(simulate::honest(scratch + "/honest"));
  ANTIDOTARY_CHECK(circle.clean_everywhere(scratch + "/honest", "an honest computer is clean"));
  return circle.take();
}

}  // namespace antidotary::proof
