// Relevance: which checks stand against a threat.
#include <algorithm>
#include <set>

#include "core/text.h"
#include "posture/posture.h"

namespace antidotary::posture {
namespace {

/// The entry's bulletins, and all that supersede them: whoever has a later one has the earlier.
std::set<std::string> bulletins_of(const entries::Encyclopedia& encyclopedia,
                                   const entries::Entry& entry) {
  std::set<std::string> out;
  std::vector<std::string> open;
  for (const auto& reference : entry.bulletins) open.push_back(reference.id);
  while (!open.empty()) {
    const std::string id = std::move(open.back());
    open.pop_back();
    if (!out.insert(id).second) continue;
    if (const entries::Bulletin* bulletin = encyclopedia.find_bulletin(id)) {
      open.insert(open.end(), bulletin->superseded_by.begin(), bulletin->superseded_by.end());
    }
  }
  return out;
}

bool names(const entries::PostureCheck& check, const entries::Entry& entry) {
  const auto is = [&](const std::string& word) {
    if (word == entry.id) return true;
    for (const std::string& one : entry.classes) {
      if (equal_ascii_ignoring_case(one, word)) return true;
    }
    return std::any_of(
        entry.transmissions.begin(), entry.transmissions.end(),
        [&](const auto& way) { return equal_ascii_ignoring_case(way.method, word); });
  };
  return std::any_of(check.prevents.begin(), check.prevents.end(), is);
}

}  // namespace

std::vector<const entries::PostureCheck*> checks_for(const entries::Encyclopedia& encyclopedia,
                                                     const entries::Entry& entry) {
  const std::set<std::string> bulletins = bulletins_of(encyclopedia, entry);
  std::vector<const entries::PostureCheck*> out;
  for (const entries::PostureCheck& check : encyclopedia.checks()) {
    if (names(check, entry) || bulletins.count(check.bulletin) > 0) out.push_back(&check);
  }
  return out;
}

}  // namespace antidotary::posture
