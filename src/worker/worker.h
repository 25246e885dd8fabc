// Worker: the parent's handle on the jailed process that parses hostile bytes.
//
// One worker serves many requests; a crash, kill or time-out costs one of them, which is answered
// as unread (failed) with the reason, and the worker is replaced. Answers are wire records, read
// distrustfully (distrust.h); one that does not parse counts as a dead worker. There is no way to
// have bytes parsed outside the jail.
//
// Not for several threads at once: each has a Worker of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "diagnosis/diagnosis.h"
#include "entries/encyclopedia.h"
#include "files/root.h"
#include "formats/regf/editor.h"
#include "host/image/comparison.h"
#include "posture/posture.h"
#include "scan/report.h"
#include "sources/evidence.h"
#include "unpack/tree.h"
#include "worker/disk_answers.h"
#include "worker/options.h"

namespace antidotary::worker {

/// What is to be done to a hive: computed in the jail, applied by remedy.
struct HiveEdit {
  enum class Act : std::uint8_t { remove_value, replace_value, remove_key };
  Act act = Act::remove_value;
  std::string key;
  std::string value;
  std::uint32_t type = 0;
  Buffer data;
  std::uint32_t new_type = 0;
  Buffer new_data;
  std::uint32_t values_max = 0;  ///< Of a key to be removed: how many values it had when seen.
  std::uint64_t now_filetime = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("act", self.act);
    visit("key", self.key);
    visit("value", self.value);
    visit("type", self.type);
    visit("data", self.data);
    visit("new_type", self.new_type);
    visit("new_data", self.new_data);
    visit("values_max", self.values_max);
    visit("now_filetime", self.now_filetime);
  }
};
std::span<const std::string_view> enum_names(HiveEdit::Act);

/// Blocks of an image as they would be: their bytes one behind the other, for reading.
struct ImageChange {
  int descriptor = -1;
  std::vector<host::Patch> patches;  ///< In the image's order.
};

class Worker {
 public:
  /// What `knowledge` points to must outlive the worker; it is what the jailed process matches
  /// against.
  Worker(const scan::Knowledge& knowledge, Options options = {});
  /// Entries alone.
  Worker(const entries::Encyclopedia& encyclopedia, Options options = {});
  ~Worker();

  /// Scans what `descriptor` reads, a regular file open for reading. Never fails: a dead worker
  /// is an Unread of the object.
  scan::Report scan(int descriptor, const std::string& name);
  /// Examines the tree beneath `root`. Errors: worker_died (the time-out too), and those of
  /// host::Computer::find.
  Result<diagnosis::Examination> examine(const files::Root& root);
  /// Examines every Windows in a folder or on a disk image. Errors: worker_died; for an image those
  /// of host::open_container and host::image::find_volumes; those of host::Computer::find.
  /// With `change`, the image as it would be.
  Result<DiskExamination> examine(const sources::Evidence& evidence, diagnosis::Extras extras = {},
                                  const ImageChange* change = nullptr);
  /// What `change` would make different on the image, beside what is meant. Errors: worker_died,
  /// those of host::image::compare.
  Result<host::Comparison> compare(const sources::Evidence& evidence, const ImageChange& change,
                                   const std::vector<host::MeantFile>& meant);
  /// Judges every posture check on each Windows in a folder or on a disk image. Errors: as above.
  Result<DiskPosture> check(const sources::Evidence& evidence);
  /// Judges every posture check on the tree beneath `root`. Errors: as examine(); not_found where
  /// it holds no Windows.
  Result<posture::Posture> check(const files::Root& root);
  /// Computes an edit of the hive that `descriptor` reads; changes nothing.
  /// Errors: those of regf::remove_value and its kin, worker_died.
  Result<std::vector<regf::Edit>> edit_hive(int descriptor, const HiveEdit& edit);
  /// Takes a part of the bytes of node `number`: parts come in order, and a node's are whole
  /// before the next one's begin. An error ends the request and is its error.
  using TakePiece =
      std::function<Status(std::uint32_t number, std::uint64_t offset, Bytes bytes, bool last)>;
  /// Lists all that is inside what `descriptor` reads, and hands out the bytes where `take` is not
  /// null. Errors: worker_died, refused (not a regular file), those of `take`.
  Result<unpack::Tree> list(int descriptor, const std::string& name,
                            const TakePiece& take = nullptr);
  Tally tally() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::worker
