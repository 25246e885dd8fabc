#include "worker/distrust.h"

#include <algorithm>

#include "core/record.h"
#include "files/beneath.h"

namespace antidotary::worker {
namespace {

bool knows(const entries::Encyclopedia& encyclopedia, const std::string& entry) {
  return encyclopedia.find(entry) != nullptr;
}

bool starts_at(const std::vector<std::string>& path, const std::string& name) {
  return !path.empty() && path.front() == name;
}

/// A path that names something below the root.
bool is_below(const std::string& path) {
  return !path.empty() && files::check_relative(path).has_value();
}

bool is_sound(const host::Finding& finding, const entries::Encyclopedia& encyclopedia) {
  if (!knows(encyclopedia, finding.entry)) return false;
  // What was not found need not be anywhere.
  const auto leads_out = [&](const std::string& path) {
    const bool nowhere = path.empty() && finding.outcome != host::Outcome::found;
    return !nowhere && !is_below(path);
  };
  return !(finding.file && leads_out(finding.file->path)) &&
         !(finding.registry && leads_out(finding.registry->hive));
}

bool is_sound(const diagnosis::Diagnosis& diagnosis, const entries::Encyclopedia& encyclopedia) {
  const auto all_sound = [&](const std::vector<host::Finding>& findings) {
    return std::all_of(findings.begin(), findings.end(), [&](const host::Finding& finding) {
      return finding.entry == diagnosis.entry && is_sound(finding, encyclopedia);
    });
  };
  return knows(encyclopedia, diagnosis.entry) && all_sound(diagnosis.evidence_for) &&
         all_sound(diagnosis.evidence_against) && all_sound(diagnosis.unknown);
}

}  // namespace

Result<scan::Report> believe_report(Bytes wire, const entries::Encyclopedia& encyclopedia,
                                    const std::string& name) {
  auto report = ANTIDOTARY_TRY(from_wire<scan::Report>(wire));
  for (const scan::Detection& detection : report.detections) {
    if (!knows(encyclopedia, detection.entry) || !starts_at(detection.path, name)) {
      return fail(ErrorKind::malformed, "a detection of something else");
    }
  }
  for (const scan::Unread& unread : report.unread) {
    if (!starts_at(unread.path, name)) {
      return fail(ErrorKind::malformed, "an unread part of something else");
    }
  }
  // An object that was not even looked at cannot be clean.
  if (report.objects == 0 && report.unread.empty()) {
    return fail(ErrorKind::malformed, "a report about nothing");
  }
  return report;
}

Result<diagnosis::Examination> believe_examination(Bytes wire,
                                                   const entries::Encyclopedia& encyclopedia) {
  auto examination = ANTIDOTARY_TRY(from_wire<diagnosis::Examination>(wire));
  for (const diagnosis::Diagnosis& diagnosis : examination.diagnoses) {
    if (!is_sound(diagnosis, encyclopedia)) {
      return fail(ErrorKind::malformed, "a diagnosis that cannot be");
    }
  }
  for (const std::string& hive : examination.dirty_hives) {
    if (!is_below(hive)) return fail(ErrorKind::malformed, "a hive that cannot be");
  }
  return examination;
}

Result<std::vector<regf::Edit>> believe_edits(Bytes wire, std::uint64_t hive_bytes) {
  auto edits = ANTIDOTARY_TRY(from_wire<std::vector<regf::Edit>>(wire));
  std::uint64_t end = 0;  // invariant: end <= hive_bytes
  for (const regf::Edit& edit : edits) {
    const bool fits = edit.offset >= end && edit.offset <= hive_bytes &&
                      edit.before.size() <= hive_bytes - edit.offset;
    if (!fits || edit.before.empty() || edit.before.size() != edit.after.size()) {
      return fail(ErrorKind::malformed, "an edit that does not lie in the hive");
    }
    end = edit.offset + edit.before.size();
  }
  return edits;
}

}  // namespace antidotary::worker
