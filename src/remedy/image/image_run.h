// Runs on a disk image that nobody has mounted.
//
// All steps are carried out in an overlay (image_steps.h); what the image would be is proven
// (image_hands.h); then the blocks are kept, old and new (block_journal.h), and only then written.
// Undo is the old blocks, so that the image has its old SHA-256, and needs neither the NTFS program
// nor any reading of a file system. A kill before the blocks are kept has changed nothing; after,
// `resume` writes the new ones and `undo` the old ones.
#pragma once

#include <string>

#include "files/root.h"
#include "remedy/run.h"

namespace antidotary::remedy::image {

/// What a run needs. All outlives the call.
struct Desk {
  const files::Root& state;
  const HiveEditor& editor;
  const UnixClock& clock;
  const ImageHands& hands;
};

/// Errors: those of read_run_folder.
Result<bool> is_run_of_image(const files::Root& state, const std::string& run_id);

/// Errors: as Remedy::apply_to_image. What the image would not survive, or could not be proven,
/// makes every step `failed`: the image is as it was.
Result<Run> apply(const Desk& desk, const plan::Plan& plan);
/// Errors: as Remedy::undo; changed (somebody else wrote to the image since: it is left as it is).
Result<Run> undo(const Desk& desk, const std::string& run_id);
Result<Run> resume(const Desk& desk, const std::string& run_id);
/// Deletes a step's item. The run can be undone as before: undo needs none.
Status forget(const Desk& desk, const std::string& run_id, std::uint32_t step);

}  // namespace antidotary::remedy::image
