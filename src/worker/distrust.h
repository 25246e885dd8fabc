// Distrust: what an answer must be before anybody acts on it, beyond being well-formed.
//
// A worker may lie about what it read, and nothing here can tell. It cannot name entries that do
// not exist, speak of another object than the one it was asked about, point out of the examined
// tree, or hand remedy an edit that does not lie in the hive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "diagnosis/diagnosis.h"
#include "entries/encyclopedia.h"
#include "formats/regf/editor.h"
#include "host/image/comparison.h"
#include "posture/posture.h"
#include "scan/knowledge.h"
#include "scan/report.h"
#include "unpack/tree.h"
#include "worker/disk_answers.h"

namespace antidotary::worker {

/// Reads a report distrustfully. Errors: malformed.
Result<scan::Report> believe_report(Bytes wire, const scan::Knowledge& knowledge,
                                    const std::string& name);
Result<diagnosis::Examination> believe_examination(Bytes wire,
                                                   const entries::Encyclopedia& encyclopedia);
/// The checks must be the encyclopedia's, each once, in its order.
Result<posture::Posture> believe_posture(Bytes wire, const entries::Encyclopedia& encyclopedia);
/// Each Windows' answer as above, on a volume that the answer lists; none is listed of a folder.
Result<DiskExamination> believe_disk(Bytes wire, const entries::Encyclopedia& encyclopedia,
                                     bool is_image);
Result<DiskPosture> believe_disk_posture(Bytes wire, const entries::Encyclopedia& encyclopedia,
                                         bool is_image);
/// `hive_bytes` is the hive's size.
Result<std::vector<regf::Edit>> believe_edits(Bytes wire, std::uint64_t hive_bytes);

/// Of bounded lists and words.
Result<host::Comparison> believe_comparison(Bytes wire);

/// Every node stands behind the one that it is in; names are of a length that can be shown.
Result<unpack::Tree> believe_tree(Bytes wire);

struct Piece;

/// Whether pieces come as they must: a node's in order and without gaps, nodes in rising order,
/// all together no more than `bytes_max`, and a few for what one budget never counts (views).
class PieceOrder {
 public:
  explicit PieceOrder(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
  /// Errors: malformed; budget_spent.
  Status check(const Piece& piece);

 private:
  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::uint64_t next_offset_ = 0;
  std::uint32_t number_ = 0;
  bool open_ = false;  ///< More of `number_` is to come.
};

}  // namespace antidotary::worker
