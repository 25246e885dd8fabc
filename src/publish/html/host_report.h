// HostReport: what was found out about a Windows computer as one self-contained page, for who keeps
// it, prints it or hands it on: verdict, evidence, time line, plan, posture.
//
// Pure, as all of publish/: the page is a text. It stands under the same Content-Security-Policy as
// an entry's page by itself, and everything that a disk says is escaped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diagnosis/diagnosis.h"
#include "entries/encyclopedia.h"
#include "plan/plan.h"
#include "posture/posture.h"

namespace antidotary::publish {

/// One Windows. What is null was not asked for, and has no part on the page.
struct HostReport {
  std::string place;      ///< "/mnt/windows", "disk.E01, volume 2": for a person.
  bool is_image = false;  ///< Of a disk image, which is only read.
  const diagnosis::Examination* examination = nullptr;
  const plan::Plan* plan = nullptr;
  const posture::Posture* posture = nullptr;
  std::vector<std::string> checks;  ///< Ids of the checks that are shown; all where empty.
};

/// A volume of the disk that was not wholly read.
struct UnreadVolume {
  std::string name;    ///< "volume 2".
  std::string reason;  ///< "it is encrypted with BitLocker".
};

/// When and by what a page was made; it stands at its head.
struct Making {
  std::uint64_t unix_s = 0;
  std::string program;  ///< "Antidotary 0.1.0".
};

/// `reports` are of one disk and not empty. A disk with an unread volume is called clean nowhere.
std::string host_page(const entries::Encyclopedia& encyclopedia,
                      const std::vector<HostReport>& reports,
                      const std::vector<UnreadVolume>& unread, const Making& making);

/// Something that has a time, and the time, UTC.
struct Moment {
  std::int64_t unix_ns = 0;
  std::string what;  ///< "file changed", "key written".
  std::string where;
  bool evidence = false;  ///< Of a threat; the others stand near it in time.
};
/// The times of the evidence, and of start-ups and deleted keys within a day of one of them, in
/// order. Empty where no evidence has a time.
std::vector<Moment> moments_of(const diagnosis::Examination& examination);

}  // namespace antidotary::publish
