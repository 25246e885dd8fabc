// Protocol: what parent and worker say to each other. One request, then (while a tree is examined)
// any number of the worker's questions to the TreeServer, then one answer.
//
// Not public: worker.cc and inside.cc alone speak it. Tags of the tree's questions are
// sources::TreeTag; these begin above them.
#pragma once

#include <cstdint>
#include <string>

#include "worker/worker.h"

namespace antidotary::worker {

enum class WorkTag : std::uint8_t {
  scan = 16,              ///< ObjectRequest, beside the object's descriptor.
  examine = 17,           ///< No body.
  edit_hive = 18,         ///< EditRequest, beside the hive's descriptor.
  check = 19,             ///< No body.
  list = 20,              ///< ListRequest, beside the object's descriptor; pieces, then the tree.
  examine_disk = 21,      ///< DiskRequest
  check_disk = 22,        ///< DiskRequest
  part = 23,              ///< The worker asks for a file of an image: PartRequest.
  risk = 24,              ///< No body; not an answer yet: Options::replaced_after_risk.
  compare_disk = 25,      ///< CompareRequest
  report = 32,            ///< scan::Report
  examination = 33,       ///< diagnosis::Examination
  edits = 34,             ///< std::vector<regf::Edit>
  failure = 35,           ///< Error (sources/tree_wire.h)
  posture = 36,           ///< posture::Posture
  piece = 37,             ///< Piece; not an answer yet.
  tree = 38,              ///< unpack::Tree
  disk_examination = 39,  ///< DiskExamination
  disk_posture = 40,      ///< DiskPosture
  comparison = 41,        ///< host::Comparison
};

inline std::uint8_t number(WorkTag tag) { return static_cast<std::uint8_t>(tag); }

/// The size is the parent's word: the jail forbids the call that would ask.
struct ObjectRequest {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::uint32_t share_index = 0;  ///< scan::Share
  std::uint32_t share_of = 1;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("size_bytes", self.size_bytes);
    visit("share_index", self.share_index);
    visit("share_of", self.share_of);
  }
};

struct ListRequest {
  std::string name;
  std::uint64_t size_bytes = 0;
  bool pieces = false;  ///< Bytes are wanted, too.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("size_bytes", self.size_bytes);
    visit("pieces", self.pieces);
  }
};

/// A part of the bytes of one node of the tree, in order.
struct Piece {
  std::uint32_t number = 0;
  std::uint64_t offset = 0;
  Buffer bytes;
  bool last = false;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("number", self.number);
    visit("offset", self.offset);
    visit("bytes", self.bytes);
    visit("last", self.last);
  }
};
inline constexpr std::size_t piece_bytes_max = 1 << 20;

/// The files of a disk image; none: the folder that the parent serves.
struct DiskRequest {
  struct Part {
    std::string name;
    std::uint64_t size_bytes = 0;

    template <class Self, class Visitor>
    static void fields(Self& self, Visitor&& visit) {
      visit("name", self.name);
      visit("size_bytes", self.size_bytes);
    }
  };
  std::vector<Part> parts;
  /// The image is looked at as it would be with these; their bytes are one part more.
  std::vector<host::Patch> patches;
  bool hash_start_ups = false;  ///< diagnosis::Extras

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("parts", self.parts);
    visit("patches", self.patches);
    visit("hash_start_ups", self.hash_start_ups);
  }
};

struct CompareRequest {
  DiskRequest disk;
  std::vector<host::MeantFile> meant;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("disk", self.disk);
    visit("meant", self.meant);
  }
};

/// Its answer is a TreeTag::answer with the descriptor alone.
struct PartRequest {
  std::uint32_t index = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("index", self.index);
  }
};

struct EditRequest {
  std::uint64_t size_bytes = 0;
  HiveEdit edit;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("size_bytes", self.size_bytes);
    visit("edit", self.edit);
  }
};

}  // namespace antidotary::worker
