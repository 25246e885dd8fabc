// ImageClinic: where the diagnosis of a disk image meets a run on it: it makes the plan, and gives
// remedy its hands: the NTFS program, and the worker's eyes on the image as it is and would be.
#pragma once

#include <string>

#include "plan/image_plan.h"
#include "proof/clinic.h"
#include "remedy/image/image_hands.h"
#include "sources/evidence.h"
#include "worker/worker.h"

namespace antidotary::proof {

/// Where antidotary-ntfs is: beside the program, or in its libexec; empty where it is not.
std::string ntfs_program();
/// What is said where it is missing.
std::string_view no_ntfs_program();

/// Why an image of this form is only read; empty for the forms that are written to.
std::string why_only_read(const std::string& form);

class ImageClinic {
 public:
  /// What `knowledge` points to must outlive the clinic.
  explicit ImageClinic(const scan::Knowledge& knowledge);

  Result<worker::DiskExamination> look(const sources::Evidence& evidence);
  /// The plan for every Windows on the image. Volumes that are not NTFS are left, with the reason.
  /// Errors: io.
  Result<plan::Plan> plan(const sources::Evidence& evidence, const worker::DiskExamination& disk);
  /// A remedy for images: `plan` is what will be applied. `state` must outlive it, and so must the
  /// clinic and the plan.
  Result<remedy::Remedy> remedy(const files::Root& state, remedy::UnixClock clock,
                                const plan::Plan& plan);
  /// What any run on an image needs to be undone or resumed.
  remedy::ImageHands hands();

  worker::Worker& worker() { return clinic_.worker(); }

 private:
  Status may_be_written(const std::string& path, const plan::ImageFact& image);
  Status prove(const plan::Plan& plan, const remedy::Claim& claim);

  scan::Knowledge knowledge_;
  Clinic clinic_;
};

}  // namespace antidotary::proof
