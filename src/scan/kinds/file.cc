// [[file]] in a scanned object: its digest. A name alone says nothing here: mail and archives may
// name anything as they like (names in their places are host/'s business).
#include "entries/kinds/file.h"

#include <algorithm>
#include <array>

#include "core/digest.h"
#include "scan/kinds.h"

namespace antidotary::scan {
namespace {

using entries::Change;
using entries::FileChange;

const FileChange& as_file(const Change& change) { return static_cast<const FileChange&>(change); }

bool wants(const Change& change) {
  const FileChange& file = as_file(change);
  return !file.md5.empty() || !file.sha1.empty() || !file.sha256.empty();
}

struct Stated {
  DigestKind kind;
  std::string_view name;
  const std::vector<std::string>& values;
};

std::optional<Detection> detect(const Change& change, const Subject& subject) {
  const FileChange& file = as_file(change);
  const std::vector<std::uint64_t>& sizes = file.sizes;
  const bool size_fits =
      sizes.empty() || std::find(sizes.begin(), sizes.end(), subject.bytes().size()) != sizes.end();
  if (!size_fits || subject.bytes().empty()) return std::nullopt;
  // Sources give one digest for one specimen and another for the next: any that is stated counts.
  const std::array stated = {Stated{DigestKind::sha256, "sha256", file.sha256},
                             Stated{DigestKind::sha1, "sha1", file.sha1},
                             Stated{DigestKind::md5, "md5", file.md5}};
  for (const Stated& one : stated) {
    if (one.values.empty()) continue;
    const std::string& digest = subject.digest(one.kind);
    if (std::find(one.values.begin(), one.values.end(), digest) == one.values.end()) continue;
    Detection detection;
    detection.grade = entries::Grade::conclusive;
    detection.convicts = true;
    detection.marks.push_back({std::string(one.name), digest});
    if (!sizes.empty()) detection.marks.push_back({"size", std::to_string(subject.bytes().size())});
    return detection;
  }
  return std::nullopt;
}

}  // namespace

const Kind& file_kind() {
  static constexpr Kind kind = {"file", &wants, &detect};
  return kind;
}

}  // namespace antidotary::scan
