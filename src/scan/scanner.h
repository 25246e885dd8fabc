// Scanner: identify, unpack, match. One object in, one report out, under one budget.
//
// Pure: it runs in the jail, opens nothing and knows no clock but the budget's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/budget.h"
#include "entries/encyclopedia.h"
#include "scan/report.h"

namespace antidotary::scan {

class Scanner {
 public:
  /// `encyclopedia` must outlive the scanner.
  explicit Scanner(const entries::Encyclopedia& encyclopedia);
  ~Scanner();

  /// Scans one top-level object and everything inside it. `name` is how the report calls it
  /// (the first part of every path). Never fails: what could not be read is in `unread`.
  Report scan(Bytes bytes, const std::string& name, Budget& budget) const;

 private:
  struct Watch;
  std::vector<Watch> watches_;
};

}  // namespace antidotary::scan
