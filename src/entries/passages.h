// Passages: everything that the encyclopedia says, cut into texts that can be searched.
//
// One list serves `search` and the site's own search, so that both know the same texts and rank
// them alike. What the list does not hold, nobody finds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "entries/encyclopedia.h"

namespace antidotary::entries {

/// What a hit leads to. Exactly one pointer is set, or `weakness`. Lives as long as the
/// encyclopedia.
struct Subject {
  const Entry* entry = nullptr;
  const Bulletin* bulletin = nullptr;
  const Term* term = nullptr;
  const PostureCheck* check = nullptr;
  std::string weakness;  ///< "CVE-2003-0533".
};

struct Passage {
  std::size_t subject = 0;           ///< Index into `Passages::subjects`.
  const Variant* variant = nullptr;  ///< Of the subject's entry; null: the family.
  std::string_view where;            ///< "file", "registry", "name", "Recovery" ...
  std::string text;                  ///< As it stands in the entry: hostile as text is.
  int weight = 0;                    ///< How much the place says: a name more than a sentence.
};

struct Passages {
  std::vector<Subject> subjects;
  std::vector<Passage> passages;  ///< By subject, ascending.
};

/// All texts of `encyclopedia`, which must outlive them.
Passages passages_of(const Encyclopedia& encyclopedia);

}  // namespace antidotary::entries
