// RunFolder: a run on disk, `runs/<id>` in the state folder: its plan and its journal.
//
//   runs/<id>/plan.json     the plan as it was given; its SHA-256 is in the journal's first line
//   runs/<id>/journal       docs/formats/journal.md
//   runs/.new-<id>          a run being made; nothing was changed while it bears this name
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "files/fd.h"
#include "files/root.h"
#include "plan/plan.h"
#include "remedy/journal.h"
#include "remedy/ledger.h"

namespace antidotary::remedy {

/// "20261123-221500-4f2a".
bool is_run_id(std::string_view text);
/// An id for a run that starts now; its last part is random.
Result<std::string> new_run_id(std::uint64_t unix_s);

struct RunFolder {
  files::Fd folder;
  plan::Plan plan;
  JournalContent journal;
  Ledger ledger;
};

/// Writes a run's folder with its plan and the first line of its journal, all durable.
Status make_run_folder(const files::Root& state, const std::string& id, const plan::Plan& plan,
                       BeginFact begin, std::uint64_t now_unix_s, Bytes key);
/// Errors: not_found, malformed (says where), bad_input (not a run's id), io.
Result<RunFolder> read_run_folder(const files::Root& state, const std::string& id, Bytes key);
/// Ids of all runs, oldest first.
Result<std::vector<std::string>> run_ids(const files::Root& state);

}  // namespace antidotary::remedy
