// Diagnosis: evidence weighed, entry by entry: which threat, which variant, how sure, and why.
//
// Rules (docs/internals/diagnosis.md):
//   infected    one conclusive finding, or strong findings of two kinds that agree on one variant
//   traces      strong leftovers that cannot run: a value whose file is gone, a file nothing starts
//   lure        the message arrived; nothing shows that it ran
//   suspicious  weak or conflicting evidence; a single weak finding is nothing
//   incomplete  nothing found, but something that was asked for could not be read
// Among variants that reach the same verdict the one with more positive evidence is named; equal
// ones are all named. Missing evidence counts against certainty, never for another variant.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/deleted.h"
#include "entries/encyclopedia.h"
#include "host/computer.h"
#include "host/doubts.h"
#include "host/finding.h"
#include "host/hosts_file.h"
#include "scan/allow.h"
#include "scan/report.h"

namespace antidotary::diagnosis {

enum class Verdict : std::uint8_t { clean, infected, traces, lure, suspicious, incomplete };
std::span<const std::string_view> enum_names(Verdict);

enum class Certainty : std::uint8_t { possible, probable, certain };
std::span<const std::string_view> enum_names(Certainty);

struct Diagnosis {
  std::string entry;
  std::vector<std::string> variants;  ///< One; or several that the evidence cannot tell apart.
  Verdict verdict = Verdict::clean;
  Certainty certainty = Certainty::possible;
  std::vector<host::Finding> evidence_for;
  std::vector<host::Finding> evidence_against;  ///< Missing or contradicted.
  std::vector<host::Finding> unknown;
  std::string reason;  ///< One sentence: "two kinds of strong evidence agree on variant A".

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("entry", self.entry);
    visit("variants", self.variants);
    visit("verdict", self.verdict);
    visit("certainty", self.certainty);
    visit("for", self.evidence_for);
    visit("against", self.evidence_against);
    visit("unknown", self.unknown);
    visit("reason", self.reason);
  }
};

/// What the examination of one tree says.
struct Examination {
  host::WindowsKind windows = host::WindowsKind::none;
  std::string windows_directory;  ///< Exact, below the tree's root.
  std::string windows_path;       ///< As that computer writes it: `C:\WINDOWS`.
  std::vector<std::string> users;
  /// Worst first. Entries that are clean, or of which nothing was found and something is unknown,
  /// are left out: `unread` and `dirty_hives` say what could not be looked at.
  std::vector<Diagnosis> diagnoses;
  /// What was found of entries that are left out as clean: too weak to count, and told all the
  /// same, for a person may know better.
  std::vector<host::Finding> slight;
  std::vector<host::StartUp> start_ups;
  std::vector<DeletedMark> deleted;          ///< Evidence for a person; it weighs nothing.
  bool deleted_cut = false;                  ///< There may be more of it.
  std::vector<host::HostsLine> hosts_lines;  ///< Likewise.
  std::vector<host::Unread> unread;
  std::vector<std::string> dirty_hives;
  std::vector<std::string> replayed_hives;  ///< Read with their logs' changes; not to be written.
  std::vector<host::Doubt> doubts;          ///< About the volume; while one stands, no writing.
  std::vector<scan::Silenced> silenced;     ///< Findings left out, as the user allowed.

  /// The worst verdict; incomplete where nothing was found and something is unread, a hive's log
  /// was not replayed, the volume is in doubt (it may hold what is not seen), or there is no
  /// Windows.
  Verdict verdict() const;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("windows", self.windows);
    visit("windows_directory", self.windows_directory);
    visit("windows_path", self.windows_path);
    visit("users", self.users);
    visit("diagnoses", self.diagnoses);
    visit("slight", self.slight);
    visit("start_ups", self.start_ups);
    visit("deleted", self.deleted);
    visit("deleted_cut", self.deleted_cut);
    visit("hosts_lines", self.hosts_lines);
    visit("unread", self.unread);
    visit("dirty_hives", self.dirty_hives);
    visit("replayed_hives", self.replayed_hives);
    visit("doubts", self.doubts);
    visit("silenced", self.silenced);
  }
};

/// What an examination looks at besides, because somebody asked.
struct Extras {
  bool hash_start_ups = false;  ///< Every file that is started is read.
};

/// Examines a computer against every entry. `computer`'s notes become the examination's. What
/// `allow` (or null) allows is no evidence: a file by its digest, with the values that start it,
/// and all that belongs to an allowed entry.
Examination examine(const entries::Encyclopedia& encyclopedia, host::Computer& computer,
                    const scan::AllowList* allow = nullptr, Extras extras = {});

/// Weighs the findings of one entry alone. What `start_ups` shows to be started is no mere trace.
Diagnosis weigh(const entries::Entry& entry, const std::vector<host::Finding>& findings,
                const std::vector<host::StartUp>& start_ups = {});

/// The lures among a scan's detections: one diagnosis for each message and entry; variants whose
/// marks match equally well are all named.
std::vector<Diagnosis> lures(const scan::Report& report);

}  // namespace antidotary::diagnosis
