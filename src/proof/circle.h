// Circle: an entry's whole way, proven in a scratch folder: each variant that has a checkable
// change is simulated, found as itself, removed, verified and undone; what is near it stays clean.
//
// The same code serves `entry test`, the tests and whoever writes an entry. It never touches
// anything outside its scratch folder.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "entries/encyclopedia.h"

namespace antidotary::proof {

struct Check {
  std::string entry;
  std::string variant;  ///< Empty for checks of the entry as a whole.
  std::string what;     ///< "found as itself", "undone to equal content" ...
  bool passed = false;
  std::string detail;  ///< What was seen instead; for a pass, what was seen.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("entry", self.entry);
    visit("variant", self.variant);
    visit("what", self.what);
    visit("passed", self.passed);
    visit("detail", self.detail);
  }
};

/// Proves one entry against the whole encyclopedia. `near_directory` is the entry's proof/near
/// folder (need not exist); `scratch` is an existing folder that is emptied by the caller.
/// Errors: only where the scratch folder or the worker fails; a failed proof is a Check.
Result<std::vector<Check>> prove(const entries::Encyclopedia& encyclopedia,
                                 const entries::Entry& entry, const std::string& near_directory,
                                 const std::string& scratch);

/// The honest computer and its mail: nothing may be found. `scratch` as above.
Result<std::vector<Check>> prove_honest(const entries::Encyclopedia& encyclopedia,
                                        const std::string& scratch);

struct Findings;
/// Everything was read: without this, that nothing was found says nothing.
bool wholly_read(const Findings& findings);
/// Nothing found, and everything read: the only thing that the circle calls clean.
bool clean(const Findings& findings);

}  // namespace antidotary::proof
