// Moments: the times on a disk that stand near those of the evidence.
#include <algorithm>
#include <set>
#include <tuple>

#include "publish/html/host_report.h"

namespace antidotary::publish {
namespace {

constexpr std::int64_t day_ns = 86'400'000'000'000;

void add_findings(const std::vector<host::Finding>& findings, std::vector<Moment>& out) {
  for (const host::Finding& finding : findings) {
    if (finding.file && finding.file->node.modified_unix_ns > 0) {
      out.push_back({finding.file->node.modified_unix_ns, "file changed", finding.where, true});
    }
    if (finding.registry && finding.registry->key_written_unix_ns.value_or(0) > 0) {
      out.push_back({*finding.registry->key_written_unix_ns, "key written", finding.where, true});
    }
  }
}

void add_others(const diagnosis::Examination& examination, std::vector<Moment>& out) {
  for (const host::StartUp& start : examination.start_ups) {
    if (start.target_modified_unix_ns > 0) {
      out.push_back({start.target_modified_unix_ns, "started file changed", start.target, false});
    }
    if (start.since_unix_ns > 0) {
      out.push_back({start.since_unix_ns, "start-up written", start.where, false});
    }
  }
  for (const diagnosis::DeletedMark& mark : examination.deleted) {
    if (mark.key_written_unix_ns == 0) continue;
    out.push_back({mark.key_written_unix_ns, "deleted key last written", mark.where, false});
  }
}

}  // namespace

std::vector<Moment> moments_of(const diagnosis::Examination& examination) {
  std::vector<Moment> evidence, others, out;
  for (const diagnosis::Diagnosis& diagnosis : examination.diagnoses) {
    add_findings(diagnosis.evidence_for, evidence);
  }
  add_others(examination, others);
  std::set<std::string> told;
  for (Moment& moment : evidence) {
    if (told.insert(moment.what + moment.where).second) out.push_back(moment);
  }
  for (Moment& moment : others) {
    const bool near = std::any_of(evidence.begin(), evidence.end(), [&](const Moment& one) {
      return moment.unix_ns >= one.unix_ns - day_ns && moment.unix_ns <= one.unix_ns + day_ns;
    });
    const bool known = told.count("file changed" + moment.where) != 0 ||
                       told.count("key written" + moment.where) != 0;
    if (near && !known && told.insert(moment.what + moment.where).second) out.push_back(moment);
  }
  std::stable_sort(out.begin(), out.end(), [](const Moment& a, const Moment& b) {
    return std::tie(a.unix_ns, a.where) < std::tie(b.unix_ns, b.where);
  });
  return out;
}

}  // namespace antidotary::publish
