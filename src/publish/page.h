// Pages: an entry, an examination, a plan, a run's state, said for a person at a terminal.
//
// Pure text: the caller says how wide the terminal is and whether it takes colour; names that a
// stranger may have chosen are escaped here (core/text.h).
#pragma once

#include <cstdint>
#include <string>

#include "core/json.h"
#include "diagnosis/diagnosis.h"
#include "entries/encyclopedia.h"
#include "plan/plan.h"

namespace antidotary::publish {

struct Paper {
  std::uint32_t columns = 80;
  bool colour = false;  ///< ANSI colours and bold; meaning never hangs on them alone.
};

/// The entry's page: the classic parts in their order (overview and rating, names, bulletins,
/// technical analysis, changes with old and new value, transmission, payload, prevention,
/// symptoms, recovery, sources). With `variant`, that variant's changes and facts alone.
std::string page(const entries::Encyclopedia& encyclopedia, const entries::Entry& entry,
                 const entries::Variant* variant, const Paper& paper);
/// The page of a bulletin, with the entries that name it.
std::string page(const entries::Encyclopedia& encyclopedia, const entries::Bulletin& bulletin,
                 const Paper& paper);
/// Removal by hand, step by step, from the same changes: `explain --steps`.
std::string steps(const entries::Encyclopedia& encyclopedia, const entries::Entry& entry,
                  const entries::Variant* variant, const Paper& paper);
/// The same steps with boxes to tick, plain text of 80 columns: `explain --steps --checklist FILE`.
std::string checklist(const entries::Encyclopedia& encyclopedia, const entries::Entry& entry,
                      const entries::Variant* variant);
/// The registry's part of the removal as a file for regedit, REGEDIT4, lines ended by CR LF; every
/// line of it says why. What a person has to judge first stands in it as a comment: values whose
/// old state no source gives, weak marks, patterns, folders that differ from computer to computer.
std::string registry_file(const entries::Entry& entry, const entries::Variant* variant);
/// The entry as JSON: `explain --json`, schema antidotary-entry/1.
Json entry_json(const entries::Encyclopedia& encyclopedia, const entries::Entry& entry);

/// What an examination says: Windows, users, each diagnosis with its reasons for and against.
/// `volume` names the volume of a disk image that it speaks of; empty for a folder.
std::string examination(const entries::Encyclopedia& encyclopedia,
                        const diagnosis::Examination& examination, const std::string& shown_root,
                        const Paper& paper, const std::string& volume = "");
/// One diagnosis in one or a few lines, as scan and examine list it.
std::string diagnosis_lines(const entries::Encyclopedia& encyclopedia,
                            const diagnosis::Diagnosis& diagnosis, const Paper& paper);
/// A plan in words, step by step, with what is left and why.
std::string plan_text(const plan::Plan& plan, const Paper& paper);

/// "Win32/Mimail.A", "Win32/Mimail (I or J)", "Win32/Mimail".
std::string title_of(const entries::Encyclopedia& encyclopedia, const std::string& entry,
                     const std::vector<std::string>& variants);

/// Text wrapped to `columns`, with `indent` blanks before each line.
std::string wrap(std::string_view text, std::uint32_t columns, std::uint32_t indent);

}  // namespace antidotary::publish
