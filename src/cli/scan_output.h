// ScanOutput: how a scan is told: text for people, JSON Lines, CSV or SARIF for machines. One file
// a form; none of them decides anything.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/scan_run.h"
#include "cli/verb.h"
#include "core/json.h"
#include "entries/encyclopedia.h"
#include "entries/names.h"
#include "pack/pack.h"
#include "publish/page.h"

namespace antidotary::cli {

using YaraPlaces = std::map<std::pair<std::uint32_t, std::string>, std::string>;
/// Of every YARA rule of a pack where it stands; empty where the pack does not keep it.
YaraPlaces yara_places_of(const pack::Pack& pack);

/// What the forms need to put words to a report.
struct ScanContext {
  const entries::Encyclopedia* encyclopedia = nullptr;
  const entries::Names* names = nullptr;  ///< Of that encyclopedia, made once for all findings.
  const pack::Pack* pack = nullptr;       ///< Null where there is none.
  /// "path:line" of YARA rules by their source and name as shown.
  std::shared_ptr<const YaraPlaces> yara_places = nullptr;
  publish::Paper paper;
  bool verbose = false;
  bool infected_only = false;
  bool explain = false;      ///< Show which bytes matched.
  std::string lacking = "";  ///< As in ScanSetup.
};

/// Whether it is `context.lacking` that speaks, and not the object.
inline bool lacks(const ScanContext& context, const scan::Unread& gap) {
  return !context.lacking.empty() && gap.reason == context.lacking;
}

class ScanOutput {
 public:
  virtual ~ScanOutput() = default;
  virtual void object(const Scanned& scanned) = 0;
  virtual void finish(const ScanTally& tally) = 0;
};

std::unique_ptr<ScanOutput> text_output(const ScanContext& context);
std::unique_ptr<ScanOutput> json_output(const ScanContext& context);
std::unique_ptr<ScanOutput> csv_output(const ScanContext& context);
std::unique_ptr<ScanOutput> sarif_output(const ScanContext& context);

/// The entry that a signature's name, or a family that its rule states, means; or empty:
/// "win32/mimail".
std::string entry_of(const entries::Names& names, const scan::Alert& alert);
/// Where a signature was read: "main.cvd > main.ndb:17".
std::string source_of(const ScanContext& context, const scan::Alert& alert);
/// A reason of a budget's limit with the flag that sets it, for a person.
std::string limit_words(const std::string& reason);
/// "offset 12, 4 bytes: 4d 5a ..  MZ..": one line a proof.
std::string proof_line(const scan::Proof& proof);
std::string place_of(const std::vector<std::string>& path);

}  // namespace antidotary::cli
