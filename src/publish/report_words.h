// ReportWords: what the reports of an examination say, the same at a terminal and on a page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
/// The places of findings that are too weak to count, each once, with the titles of all whose mark
/// it may be.
std::vector<std::pair<std::string, std::vector<std::string>>> slight_places(
    const entries::Encyclopedia& encyclopedia, const std::vector<host::Finding>& findings);
inline constexpr std::string_view slight_meaning =
    "Innocent programs leave these as well, so they decide nothing and nothing is done to them; "
    "where something was removed here before, look at each:";
/// How a disk image may be cleaned, which is itself only read.
inline constexpr std::string_view image_advice =
    "A disk image is only read. To clean it, mount a copy of it and name the mount:";
/// "Windows of the NT line (NT, 2000, XP or later), in the folder WINDOWS".
std::string windows_in_words(const diagnosis::Examination& examination);
/// "2003-08-01 12:00:00", UTC; empty where it is no time.
std::string time_text(std::int64_t unix_ns);
/// What a clean answer does not speak of.
std::string not_looked_for(const entries::Encyclopedia& encyclopedia);

}  // namespace antidotary::publish
