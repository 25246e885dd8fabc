// ReportWords: what the reports of an examination say, the same at a terminal and on a page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "diagnosis/diagnosis.h"
#include "entries/encyclopedia.h"
#include "publish/sheet.h"

namespace antidotary::publish {

struct Said {
  std::string_view word;
  Tone tone;
  std::string_view meaning;  ///< Without a full stop.
};
Said said_of(diagnosis::Verdict verdict);
std::string_view word_of(diagnosis::Certainty certainty);

/// Begins with a capital and ends with a full stop.
std::string sentence(std::string text);
/// Where a finding is: the way through containers, the place, else the change's id.
std::string place_of(const host::Finding& finding);
/// "Windows of the NT line (NT, 2000, XP or later), in the folder WINDOWS".
std::string windows_in_words(const diagnosis::Examination& examination);
/// "2003-08-01 12:00:00", UTC; empty where it is no time.
std::string time_text(std::int64_t unix_ns);
/// What a clean answer does not speak of.
std::string not_looked_for(const entries::Encyclopedia& encyclopedia);

}  // namespace antidotary::publish
