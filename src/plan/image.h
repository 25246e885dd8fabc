// ImageFact: the disk image that a plan is for: its files as they were when it was made, and the
// volumes that its steps name. A plan for a folder has none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace antidotary::plan {

/// One file of the image, by its name beside the named one.
struct ImagePart {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t modified_unix_ns = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("size_bytes", self.size_bytes);
    visit("device", self.device);
    visit("inode", self.inode);
    visit("modified_unix_ns", self.modified_unix_ns);
  }
};

struct ImageVolume {
  std::string name;  ///< "volume 1", as a step's `volume` has it.
  std::uint64_t offset_bytes = 0;
  std::uint64_t size_bytes = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("offset_bytes", self.offset_bytes);
    visit("size_bytes", self.size_bytes);
  }
};

struct ImageFact {
  std::vector<ImagePart> parts;  ///< In their order; together they are the disk.
  std::vector<ImageVolume> volumes;

  std::uint64_t size_bytes() const {
    std::uint64_t out = 0;
    for (const ImagePart& part : parts) out += part.size_bytes;
    return out;
  }

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("parts", self.parts);
    visit("volumes", self.volumes);
  }
};

}  // namespace antidotary::plan
