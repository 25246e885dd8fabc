// Carrier: what every act of a run needs at hand, and how an act that failed says so.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "core/bytes.h"
#include "core/result.h"
#include "files/root.h"
#include "plan/plan.h"
#include "remedy/journal.h"
#include "remedy/ledger.h"
#include "remedy/run.h"

namespace antidotary::remedy {

/// Why a step did not come to its end.
struct Failure {
  Failure(Error why) : error(std::move(why)) {}  // NOLINT: every Error is a settled failure
  Failure(Error why, bool is_settled) : error(std::move(why)), settled(is_settled) {}

  Error error;
  /// False: something of the step is still in the tree, or the journal could not be written. The
  /// run stops here, as a run that was cut, and can be resumed.
  bool settled = true;
  /// True: an undo found something newer, and left or put beside what it had.
  bool kept = false;
};

template <class T>
using Carried = tl::expected<T, Failure>;

struct StepEnd {
  StepOutcome outcome = StepOutcome::done;
  std::string detail;
  After after;
};

/// One run at work: its tree, its quarantine, its journal. All references outlive it.
struct Carrier {
  const files::Root& tree;
  int quarantine;  ///< Descriptor of the folder.
  Bytes key;
  const HiveEditor& editor;
  const UnixClock& clock;
  const plan::Plan& plan;
  Journal& journal;
  Ledger& ledger;
  files::Stat tree_stat;

  /// Writes the event and enters it into the ledger.
  Status note(Event event);
  /// The next act on the tree belongs to this step. An error is unsettled: the run must stop.
  Carried<void> intend(std::uint32_t step, Direction direction, FileIntent intent);
  Carried<void> intend(std::uint32_t step, Direction direction, BytesIntent intent);
  Carried<void> intend(std::uint32_t step, Direction direction, MessageIntent intent);

  /// Whether a file is the one that was recorded. The root's device may have got another number
  /// since (a disk mounted again); then its files have that number.
  bool same_file(const files::Stat& now, std::uint64_t device, std::uint64_t inode) const;

  /// ".antidotary-<run>-<step>": the name beside a file that it bears on its way.
  std::string private_name(std::uint32_t step) const;
  /// "<run>-<step>.item".
  std::string item_name(std::uint32_t step) const;
};

std::string item_name_of(const std::string& run, std::uint32_t step);

/// File steps: quarantine and its inverse.
Carried<StepEnd> remove_file(Carrier& run, std::uint32_t step);
Carried<StepEnd> restore_file(Carrier& run, std::uint32_t step);
/// Brings a half step to its end; with `finish` false, a file that has not gone yet stays.
Carried<StepEnd> settle_remove(Carrier& run, std::uint32_t step, bool finish);
Carried<StepEnd> settle_restore(Carrier& run, std::uint32_t step);

/// Registry steps and lines of text files: bytes replaced in place, and put back.
Carried<StepEnd> edit_bytes(Carrier& run, std::uint32_t step);
Carried<StepEnd> revert_bytes(Carrier& run, std::uint32_t step);
Carried<StepEnd> settle_bytes(Carrier& run, std::uint32_t step, bool finish);

/// Messages of a mailbox file: taken out, and put back.
Carried<StepEnd> take_message(Carrier& run, std::uint32_t step);
Carried<StepEnd> return_message(Carrier& run, std::uint32_t step);
Carried<StepEnd> settle_message(Carrier& run, std::uint32_t step, bool finish);
/// Removes the locks that this run left when it was cut.
void clear_mail_locks(const Carrier& run);

/// Carries out every step that is still to be done, in the ledger's direction; then ends the turn.
Status carry(Carrier& run);
/// One step in one direction, with its result noted.
Status carry_step(Carrier& run, std::uint32_t step, Direction direction);
/// Brings half steps to an end.
Status settle(Carrier& run, bool finish);

}  // namespace antidotary::remedy
