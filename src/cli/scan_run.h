// ScanRun: paths in, reports out, by several workers, each file once. What `scan` and clamscan's
// front share; how it is printed is theirs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/scan_memory.h"
#include "scan/knowledge.h"
#include "scan/report.h"
#include "sources/walk.h"
#include "worker/pool.h"

namespace antidotary::cli {

struct ScanTally {
  std::uint64_t folders = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t objects = 0;
  std::uint64_t found = 0;
  std::uint64_t incomplete = 0;
  std::vector<scan::Silenced> silenced;
  std::uint64_t known = 0;  ///< Of the files: told again from an earlier scan.
};

/// One top-level object with its answer.
struct Scanned {
  std::string shown;  ///< As a person would write its path.
  std::string root;   ///< The folder that was walked, absolute; with `relative` its identity.
  std::string relative;
  files::Stat stat;
  scan::Report report;
  scan::Verdict verdict = scan::Verdict::incomplete;
  bool known = false;  ///< Told again from an earlier scan.
  /// Why nothing of it could be read at all: `report` then says the same as a failed object.
  std::optional<ErrorKind> missed;
};

struct ScanSetup {
  scan::Knowledge knowledge;
  worker::Options options;
  unsigned jobs = 1;
  bool cross_file_systems = false;
  ScanMemory* memory = nullptr;  ///< Or null.
  std::uint64_t now_s = 0;
  /// Why nothing can be known to be clean (a pack that lacks a source); empty: nothing is amiss. An
  /// object in which nothing is found is then told as incomplete, for this reason.
  std::string lacking = "";
  /// Left out where it says so; may be empty.
  std::function<bool(const std::string& shown, const files::Stat& stat)> left_out;
  /// As in sources::WalkVisitor; both may be empty.
  std::function<bool(const std::string& shown, std::uint32_t depth)> enter = nullptr;
  std::function<void(const std::string& shown, files::Kind kind)> passed_over = nullptr;
};

class ScanRun {
 public:
  /// `each` is called once for each object, in the order of the walk.
  ScanRun(ScanSetup setup, std::function<void(const Scanned&)> each);

  /// Everything below `path`. What cannot be read at all is an incomplete object.
  void path(const std::string& path);
  /// Bytes that come on a descriptor (standard input), kept first (cli/spool.h).
  void stream(int descriptor, const std::string& shown);
  /// Waits for the answers that are due.
  void finish();
  const ScanTally& tally() const { return tally_; }
  const worker::Tally& workers() const { return pool_.tally(); }

 private:
  void file(sources::WalkedFile&& file);
  void submit(Scanned scanned, files::Fd descriptor);
  void missed(const std::string& shown, const Error& error);
  void tell(Scanned& scanned);
  /// True where an earlier scan told of the file, which is then told again in its turn.
  bool tell_again(Scanned& scanned, int descriptor);

  ScanSetup setup_;
  std::function<void(const Scanned&)> each_;
  worker::Pool pool_;
  ScanTally tally_;
};

}  // namespace antidotary::cli
