// IniWords: how what a line of an ini file holds agrees with what an entry states of it.
//
// Pure text: the computer's own ways of writing folders come in as forms, so that whoever distrusts
// a worker can ask the same question without a computer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entries/kinds/ini.h"

namespace antidotary::host {

/// A stated word ("worm.exe") and what else may stand for it (`C:\WINDOWS\worm.exe`).
using WordForms = std::vector<std::string>;

/// True where the word, quotes or none, is one of the forms; case is ignored, `*` and `?` match.
bool is_word(std::string_view word, const WordForms& forms);

/// True where the last name of a word's path in the text is that of a stated one: all that can be
/// said without a computer.
bool has_stated_name(std::string_view text, const entries::IniChange& change);

/// The words of a text, as `lines::words` parts them.
std::vector<std::string> words_of(std::string_view text);

/// Of a line that is no list: the stated words that are not among those of the old text, and are
/// programs: what no honest line holds. "explorer.exe load.exe -x" before "explorer.exe": load.exe.
std::vector<std::string> programs_added(std::string_view data, std::string_view old);

}  // namespace antidotary::host
