// Runs: a plan carried out, journaled, verified, and undone.
//
// For each step: identity re-checked through a held descriptor, copy to quarantine, fsync, intent
// into the journal, fsync, the act, fsync, done into the journal, verify. A kill at any instant
// leaves a state from which `resume` or `undo` reaches a whole one. Journal and quarantine
// formats: docs/formats/journal.md, docs/formats/quarantine.md.
//
// The only room that changes a system. It parses nothing hostile: hive edits come as byte ranges
// from the jail, through `HiveEditor`, and are checked before they are applied.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "files/root.h"
#include "formats/regf/editor.h"
#include "plan/plan.h"
#include "remedy/image/image_hands.h"

namespace antidotary::remedy {

/// Asks the jail for the byte ranges of a registry step. `descriptor` reads the hive.
using HiveEditor = std::function<Result<std::vector<regf::Edit>>(
    int descriptor, const plan::Step& step, std::uint64_t now_filetime)>;

enum class StepOutcome : std::uint8_t {
  done,     ///< Carried out and verified.
  left,     ///< Listed by the plan, not to be carried out.
  refused,  ///< Not as the plan says any more; nothing was touched.
  failed,   ///< Tried; the system said no; nothing of it remains.
  undone,   ///< Was done, and has been put back.
  kept,     ///< An undo that would have overwritten something newer; put beside it.
  pending,  ///< Not reached yet (a run that was cut).
};
std::span<const std::string_view> enum_names(StepOutcome);

struct StepResult {
  std::uint32_t number = 0;
  StepOutcome outcome = StepOutcome::pending;
  std::string what;    ///< The step's words.
  std::string detail;  ///< Why, or where a copy was put.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("number", self.number);
    visit("outcome", self.outcome);
    visit("what", self.what);
    visit("detail", self.detail);
  }
};

enum class RunState : std::uint8_t { applied, partly, cut, undone, partly_undone };
std::span<const std::string_view> enum_names(RunState);

struct Run {
  std::string id;    ///< "20261123-221500-4f2a": what `undo` takes.
  std::string root;  ///< Absolute path of the tree.
  std::uint64_t started_unix_s = 0;
  RunState state = RunState::cut;
  std::vector<StepResult> steps;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("id", self.id);
    visit("root", self.root);
    visit("started_unix_s", self.started_unix_s);
    visit("state", self.state);
    visit("steps", self.steps);
  }
};

struct QuarantinedItem {
  std::string id;  ///< "<run>/<step>".
  std::string run;
  std::string path;  ///< Where it was, below `root`.
  /// Where it stood in `path`, if it is a message of that mailbox and not the file.
  std::optional<std::uint64_t> offset = std::nullopt;
  std::string root;
  std::string entry;
  std::string variant;
  std::string reason;  ///< Why it was taken, as the plan says; empty: unreadable.
  std::uint64_t size_bytes = 0;
  std::string sha256;  ///< Of the original content.
  std::uint64_t taken_unix_s = 0;
  bool restored = false;
  std::string problem;  ///< Why it cannot be restored (damaged, its run unreadable), or empty.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("id", self.id);
    visit("run", self.run);
    visit("path", self.path);
    visit("offset", self.offset);
    visit("root", self.root);
    visit("entry", self.entry);
    visit("variant", self.variant);
    visit("reason", self.reason);
    visit("size_bytes", self.size_bytes);
    visit("sha256", self.sha256);
    visit("taken_unix_s", self.taken_unix_s);
    visit("restored", self.restored);
    visit("problem", self.problem);
  }
};

/// The clock is handed in, so that tests are repeatable.
using UnixClock = std::function<std::uint64_t()>;

class Remedy {
 public:
  /// Opens (and makes) quarantine and journals below `state`, which must outlive this.
  /// Errors: permission, refused, io.
  static Result<Remedy> open(const files::Root& state, HiveEditor editor, UnixClock clock);

  /// Carries out a plan on `root`. One run at a time on one tree.
  /// Errors: busy (another run holds the tree), bad_input (plan's version or root does not fit),
  /// refused (the disk is hibernated: gate.h), io (journal or quarantine cannot be written: nothing
  /// was changed).
  Result<Run> apply(const files::Root& root, const plan::Plan& plan);
  /// The same on a disk image that nobody has mounted (image/image_run.h). Errors besides:
  /// unsupported (no hands for images were given), not_found (the NTFS program is not there),
  /// changed (the image is not as it was).
  Result<Run> apply_to_image(const plan::Plan& plan);
  /// What runs on disk images need; without it they are refused, but for their undo.
  void work_on_images(ImageHands hands) { hands_ = std::move(hands); }
  /// Puts back what the run changed, newest first. Can itself be undone (a run undone twice is
  /// applied again). Errors: not_found, malformed (journal damaged: says where), busy, refused (the
  /// disk is hibernated).
  Result<Run> undo(const std::string& run_id);
  /// Brings a run that was cut to its end: steps half done are finished or taken back.
  Result<Run> resume(const std::string& run_id);

  /// All runs, oldest first; a damaged journal is a run with state cut and the reason as a step.
  Result<std::vector<Run>> runs();
  Result<Run> show(const std::string& run_id);
  Result<std::vector<QuarantinedItem>> quarantine();
  /// Writes the content of an item to a new file at `path` (never over an existing one).
  Status export_item(const std::string& item_id, const std::string& path);
  /// Restores one item to its place, as undo would.
  Result<StepResult> restore(const std::string& item_id);
  /// Deletes an item's content for good. The journal keeps its record.
  Status forget(const std::string& item_id);

 private:
  Remedy(const files::Root& state, HiveEditor editor, UnixClock clock)
      : state_(&state), editor_(std::move(editor)), clock_(std::move(clock)) {}
  const files::Root* state_;
  HiveEditor editor_;
  UnixClock clock_;
  ImageHands hands_;
};

}  // namespace antidotary::remedy
