// Standing: how one variant fares against the findings of its changes.
//
// It is the arithmetic of a diagnosis, kept apart from the choice between variants.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/diagnosis.h"

namespace antidotary::diagnosis {

/// Higher is worse; for choosing among verdicts.
int severity(Verdict verdict);

/// One change of a variant, all its findings together. Found anywhere is found: a contradiction in
/// another place then says nothing of this one.
struct Weight {
  std::string change;
  std::string kind;
  entries::Grade grade = entries::Grade::weak;
  host::Outcome outcome = host::Outcome::missing;
  bool confirmed = false;   ///< By any exact agreement.
  bool told_apart = false;  ///< By a size or digest of a file, which variants seldom share.
  std::vector<const host::Finding*> findings;
};

struct Standing {
  std::string variant;
  std::vector<Weight> weights;
  Verdict verdict = Verdict::clean;
  Certainty certainty = Certainty::possible;
  int score = 0;       ///< Of positive evidence alone.
  std::string reason;  ///< Without the variant's name, no full stop.
};

/// Weighs one variant. `findings` are of one entry; only those of `variant` count.
Standing stand(const std::string& variant, const std::vector<host::Finding>& findings,
               const std::vector<host::StartUp>& start_ups);

}  // namespace antidotary::diagnosis
