// Removal: removal by hand as data, from the same changes from which the program removes.
//
// The terminal's page, the checklist and the HTML page print these steps; none of them decides what
// they are. What the program itself does is plan's business; this is for a person at the computer.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::publish {

struct RemovalPart {
  std::string text = {};
  std::string variants =
      {};  ///< "variants A, C": those that it holds for; empty: all that are meant.
  std::string bulletin = {};  ///< Id of the bulletin that `text` speaks of, or empty.
  bool is_command = false;    ///< `text` is a line for a shell.
};

struct RemovalStep {
  std::string lead = {};
  std::string strong = {};  ///< Follows `lead`, emphasised: the names of programs to be ended.
  std::string rest = {};    ///< Follows `strong`.
  std::vector<RemovalPart> parts = {};
  bool told = false;  ///< Its parts are facts that stand on the pages as well.
};

struct Removal {
  std::vector<RemovalStep> steps;
  /// Variables that the steps name, and where that is: "%windir%", "the Windows folder, ...".
  std::vector<std::pair<std::string, std::string>> places;
};

/// The variants that are meant: `variant`, or all of the entry's where it is null.
std::vector<const entries::Variant*> variants_meant(const entries::Entry& entry,
                                                    const entries::Variant* variant);

/// Changes of a variant that are undone by hand, in the order in which that is done.
std::vector<const entries::Change*> removal_order(const entries::Variant& variant);

/// True where the program can find and remove something of what is meant.
bool is_removable(const entries::Entry& entry, const entries::Variant* variant);

/// In an order that respects the entry's: whatever must go first does.
Removal removal_by_hand(const entries::Encyclopedia& encyclopedia, const entries::Entry& entry,
                        const entries::Variant* variant);

}  // namespace antidotary::publish
