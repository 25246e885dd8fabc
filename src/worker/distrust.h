// Distrust: what an answer must be before anybody acts on it, beyond being well-formed.
//
// A worker may lie about what it read, and nothing here can tell. It cannot name entries that do
// not exist, speak of another object than the one it was asked about, point out of the examined
// tree, or hand remedy an edit that does not lie in the hive.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "diagnosis/diagnosis.h"
#include "entries/encyclopedia.h"
#include "formats/regf/editor.h"
#include "posture/posture.h"
#include "scan/knowledge.h"
#include "scan/report.h"

namespace antidotary::worker {

/// Reads a report distrustfully. Errors: malformed.
Result<scan::Report> believe_report(Bytes wire, const scan::Knowledge& knowledge,
                                    const std::string& name);
Result<diagnosis::Examination> believe_examination(Bytes wire,
                                                   const entries::Encyclopedia& encyclopedia);
/// The checks must be the encyclopedia's, each once, in its order.
Result<posture::Posture> believe_posture(Bytes wire, const entries::Encyclopedia& encyclopedia);
/// `hive_bytes` is the hive's size.
Result<std::vector<regf::Edit>> believe_edits(Bytes wire, std::uint64_t hive_bytes);

}  // namespace antidotary::worker
