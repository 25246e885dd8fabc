// ScanMemory: what earlier scans said, told again for files that are as they were.
//
// It keeps clean files and whole reports; never one that a limit cut or a failure spoilt, which
// may turn out otherwise the next time. It is no verdict's source: whoever acts on a finding
// (clean, clamscan's front) scans for himself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/bytes.h"
#include "files/scan_cache.h"
#include "scan/report.h"

namespace antidotary::cli {

class ScanMemory {
 public:
  struct Trust {
    /// An answer may depend on what the file is called (rules that ask for it).
    bool names_matter = false;
    /// Times are not trusted: the content must have the digest that it had.
    bool paranoid = false;
    /// A report without the file's digest does not do.
    bool digest_wanted = false;
  };

  ScanMemory(files::ScanCache cache, Trust trust) : cache_(std::move(cache)), trust_(trust) {}

  /// The report of a file that is as it was, as if it had been scanned as `shown`; nullopt where
  /// it is to be scanned. `descriptor` reads it: -1 where it was not opened, which suffices unless
  /// times are not trusted.
  std::optional<scan::Report> recall(const std::string& shown, const files::Stat& stat,
                                     int descriptor = -1);
  /// Keeps `report`, if it is one that would come out the same again.
  void keep(const std::string& shown, const files::Stat& stat, const scan::Report& report,
            std::uint64_t now_s);
  /// Writes what is pending.
  void flush() { static_cast<void>(cache_.flush()); }

 private:
  std::string_view name_of(const std::string& shown) const {
    return trust_.names_matter ? std::string_view(shown) : std::string_view();
  }

  files::ScanCache cache_;
  Trust trust_;
};

/// What is kept of `report` beside the file's digest: nothing (it is clean), its wire form, or
/// nullopt where it is not to be kept.
std::optional<Buffer> kept_form(const scan::Report& report);
/// The report of a kept form, its paths beginning with `shown`; nullopt where it is damaged.
std::optional<scan::Report> told_again(const files::Remembered& remembered,
                                       const std::string& shown, std::uint64_t size_bytes);

}  // namespace antidotary::cli
