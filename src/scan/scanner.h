// Scanner: identify, unpack, match. One object in, one report out, under one budget.
//
// Pure: it runs in the jail, opens nothing and knows no clock but the budget's.
//
// Nesting is recursion, bounded by the budget's depth_max; a budget whose steps or time are spent
// ends the whole scan, one whose bytes or objects are spent ends the container that asked.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "entries/encyclopedia.h"
#include "scan/knowledge.h"
#include "scan/report.h"
#include "scan/signature_scan.h"

namespace antidotary::scan {

/// At most so many detections, and so many unread parts, in one report; what is left out is told
/// by a last unread part of the gap `limited`.
inline constexpr std::size_t report_items_max = 10'000;
/// Alerts whose name is not in the report yet are taken beyond that, up to so many.
inline constexpr std::size_t report_names_max = 50'000;

/// A part of the work on one large container: of its members those whose number leaves `index`
/// when divided by `of`. The container itself is looked at by share 0.
struct Share {
  std::uint32_t index = 0;
  std::uint32_t of = 1;
};

class Scanner {
 public:
  /// What `knowledge` points to must outlive the scanner.
  explicit Scanner(const Knowledge& knowledge, Search search = {});
  /// Entries alone.
  explicit Scanner(const entries::Encyclopedia& encyclopedia);
  ~Scanner();

  /// Reads now what the first scans would read, so that processes forked afterwards share it.
  void warm() { signatures_.warm(); }

  /// Scans one top-level object and everything inside it. `name` is how the report calls it
  /// (the first part of every path). Never fails: what could not be read is in `unread`.
  /// Not for two threads at once. `before_risk` is called, before the first byte is touched by
  /// more than unpack::by_own_code_alone or by rules of libyara; perhaps several times.
  Report scan(Bytes bytes, const std::string& name, Budget& budget, Share share = {},
              const std::function<void()>& before_risk = nullptr) const;

 private:
  struct Watch;
  class Session;
  Knowledge knowledge_;
  Search search_;
  std::vector<Watch> watches_;
  mutable SignatureScan signatures_;  ///< Keeps its scratch memory between scans.
};

}  // namespace antidotary::scan
