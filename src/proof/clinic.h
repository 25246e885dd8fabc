// Clinic: where a diagnosis meets a run. It joins the jailed worker, the plan and the remedy for
// those few who may (cli, proof, the daemon), so that each of them does it the same way.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "diagnosis/diagnosis.h"
#include "entries/encyclopedia.h"
#include "files/root.h"
#include "plan/plan.h"
#include "plan/signatures.h"
#include "remedy/run.h"
#include "scan/report.h"
#include "sources/walk.h"
#include "worker/worker.h"

namespace antidotary::proof {

/// What was found out about a path that a person named.
struct Findings {
  diagnosis::Examination examination;  ///< Of kind none where the path holds no Windows.
  std::vector<plan::FoundLure> lures;  ///< Only looked for where the path holds no Windows.
  std::vector<scan::Unread> unread;    ///< Of the scan.
  /// Hits of a pack's signatures, looked for wherever the clinic has a pack.
  std::vector<plan::FoundSignature> signatures;
  std::vector<scan::Silenced> silenced;  ///< What was not told, as the user allowed.
  std::uint64_t files_scanned = 0;

  bool is_windows() const { return examination.windows != host::WindowsKind::none; }
  /// Nothing found; not the same as everything read.
  bool nothing_found() const {
    return examination.diagnoses.empty() && lures.empty() && signatures.empty();
  }
};

/// Limits for looking at a whole disk rather than at one object: an hour.
worker::Options whole_disk();

class Clinic {
 public:
  /// What `knowledge` points to must outlive the clinic.
  Clinic(const scan::Knowledge& knowledge, worker::Options options = whole_disk());
  /// Entries alone.
  Clinic(const entries::Encyclopedia& encyclopedia, worker::Options options = whole_disk());

  /// Examines the tree beneath `root` and, where it is not a Windows disk, scans the files below
  /// it (or the one file `only`) for lures. With a pack every file is held against its signatures,
  /// on a Windows disk too.
  Result<Findings> look(const files::Root& root, const std::string& only = "");
  /// The plan for what was found; paths in it are below `root`.
  plan::Plan plan(const Findings& findings, const files::Root& root) const;
  /// A remedy whose registry edits are computed by this clinic's worker. `state` must outlive it,
  /// and so must the clinic.
  Result<remedy::Remedy> remedy(const files::Root& state, remedy::UnixClock clock);

  worker::Worker& worker() { return worker_; }

 private:
  Status scan_below(const files::Root& root, const std::string& only, Findings& findings);

  scan::Knowledge knowledge_;
  worker::Worker worker_;
};

/// The encyclopedia's files below a folder, read for Encyclopedia::read. Errors: not_found,
/// permission, budget_spent (over 64 MiB or 20,000 files: not an encyclopedia).
Result<std::vector<entries::SourceFile>> read_sources(const std::string& directory);

}  // namespace antidotary::proof
