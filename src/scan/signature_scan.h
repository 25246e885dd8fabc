// SignatureScan: one object, its views and its containers, held against the pack and YARA rules.
//
// What scanner.cc does for entries this does for everybody else's signatures; the findings become
// alerts, unless the object or one that it lies in is allowed.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/result.h"
#include "formats/clam_type.h"
#include "formats/identify.h"
#include "scan/knowledge.h"
#include "scan/report.h"
#include "unpack/unpack.h"

namespace antidotary::scan {

/// An object on the way down from the outermost one.
struct Layer {
  Bytes bytes;
  formats::Format format = formats::Format::unknown;
  std::string type;  ///< "CL_TYPE_ZIP"
  formats::RawMatch raw = formats::RawMatch::all;
  /// The user's allowance for it (Silenced::by), or empty; asked when something is found.
  std::optional<std::string> allowance;
  /// Whether the pack's own lists allow it; asked when a signature hits.
  std::optional<bool> pack_allows;
};

/// The user's allowance for the last of `layers` or one that it lies in; empty: none.
std::string allowance_of(const AllowList* allow, std::vector<Layer>& layers);

class SignatureScan {
 public:
  SignatureScan(const Knowledge& knowledge, Search search);
  SignatureScan(SignatureScan&&) noexcept;
  ~SignatureScan();

  /// See pack::Matcher::warm.
  void warm();
  /// Where there is neither a pack nor YARA rules, nothing here needs to be called.
  bool active() const;

  /// Gives the layer its type. Answers what it is to be opened as beside what it looks like, or
  /// unknown. Errors: budget_spent; the layer has a type all the same.
  Result<formats::Format> tell_type(Layer& layer, Budget& budget) const;
  /// Looks at the last of `layers`, called `path` in alerts. Errors: budget_spent; what was found
  /// until then is in `report`.
  Status look_at(std::vector<Layer>& layers, const std::vector<std::string>& path, Budget& budget,
                 Report& report);
  /// A member of the last of `layers`, known by its container's directory.
  void member(std::vector<Layer>& layers, const std::vector<std::string>& path,
              const unpack::Member& member, Budget& budget, Report& report);
  /// A new report is begun: what was told in the one before is forgotten.
  void begin();
  /// The pages of a message, the last of `layers`: where their links lead (pdb, wdb, gdb).
  void links(std::vector<Layer>& layers, const std::vector<std::string>& path,
             const std::vector<std::string>& pages, Budget& budget, Report& report);
  /// An alert of scan/alerts.h about the last of `layers`; an empty name is none. `finish` tells
  /// it.
  void alert(std::vector<Layer>& layers, const std::vector<std::string>& path,
             std::string_view name, Report& report);
  /// The outermost object is done. Where one finding is enough, alerts are told where no signature
  /// is: as with clamscan.
  void finish(Report& report);
  /// What to try on encrypted members of a container of this type.
  std::span<const std::string> passwords(std::string_view type) const;
  /// Enough was found: the rest of the top-level object need not be looked at.
  bool satisfied(const Report& report) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::scan
