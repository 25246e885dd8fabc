// ImageSteps: the steps of a plan carried out in an overlay of the image, one after the other: the
// image itself is not written to, and quarantine gets its copies.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "remedy/carrier.h"
#include "remedy/image/image_hands.h"
#include "remedy/image/ntfs_program.h"
#include "remedy/item.h"

namespace antidotary::remedy {

/// What the steps need. All outlives them.
struct ImageWork {
  const plan::Plan& plan;
  const ImageHands& hands;
  const HiveEditor& editor;
  const UnixClock& clock;
  int quarantine;  ///< Descriptor of the folder.
  Bytes key;
  const BeginFact& begin;
};

class ImageSteps {
 public:
  ImageSteps(const ImageWork& work, Overlay& overlay) : work_(work), overlay_(&overlay) {}

  /// Carries out one step. An unsettled failure leaves the overlay in no state to be used: the
  /// whole run ends.
  Carried<void> carry(std::uint32_t step);
  /// After the last step: lets the programs put what they hold. Error: the run ends.
  Status close();
  std::vector<Touched> touched() const;

 private:
  Result<NtfsProgram*> program_for(const plan::Step& step);
  Carried<void> remove(std::uint32_t number, const plan::Step& step);
  Carried<void> edit(const plan::Step& step);
  ItemMetadata metadata_for(std::uint32_t number, const plan::Step& step,
                            const ntfs::Node& node) const;
  const plan::ImageVolume* volume_of(const plan::Step& step) const;

  const ImageWork& work_;
  Overlay* overlay_;
  std::map<std::string, NtfsProgram> programs_;
  std::map<std::string, Touched> touched_;  ///< By volume and path.
};

}  // namespace antidotary::remedy
