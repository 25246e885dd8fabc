// What is said of a whole disk: its volumes, and every Windows on them.
//
// A folder or mount is a disk without volumes. Each Windows is examined and judged by itself.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/diagnosis.h"
#include "host/image/volume.h"
#include "posture/posture.h"

namespace antidotary::worker {

template <class Answer>
struct Installed {
  std::string volume;  ///< Name of the volume; empty in a folder.
  Answer answer;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("volume", self.volume);
    visit("answer", self.answer);
  }
};

template <class Answer>
struct OfDisk {
  std::string form;  ///< "raw", "EWF", ...; empty for a folder.
  std::vector<host::Volume> volumes;
  std::vector<Installed<Answer>> installations;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("form", self.form);
    visit("volumes", self.volumes);
    visit("installations", self.installations);
  }
};

using DiskExamination = OfDisk<diagnosis::Examination>;
using DiskPosture = OfDisk<posture::Posture>;

}  // namespace antidotary::worker
