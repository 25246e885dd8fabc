#include "diagnosis/allowed.h"

#include <algorithm>
#include <map>
#include <string>

namespace antidotary::diagnosis {
namespace {

/// What allows the file of a finding, or empty.
std::string allowance_of(const host::Finding& finding, const scan::AllowList& allow,
                         host::Computer& computer) {
  if (!finding.file || finding.outcome != host::Outcome::found) return "";
  const host::FileFact& file = *finding.file;
  if (!file.sha256.empty() && allow.allows_digest(file.sha256)) return "digest " + file.sha256;
  if (!allow.wants(DigestKind::md5) && !allow.wants(DigestKind::sha1)) return "";
  const auto opened = computer.open(file.path);
  return opened ? allow.allowing((*opened)->bytes()).value_or("") : "";
}

}  // namespace

void leave_out_allowed(std::vector<host::Finding>& findings,
                       const std::vector<host::StartUp>& start_ups, const scan::AllowList& allow,
                       host::Computer& computer, std::vector<scan::Silenced>& silenced) {
  std::map<std::string, std::string> by_path;
  for (const host::Finding& finding : findings) {
    std::string by = allowance_of(finding, allow, computer);
    if (!by.empty()) by_path.emplace(finding.file->path, std::move(by));
  }
  if (by_path.empty()) return;
  std::erase_if(findings, [&](const host::Finding& finding) {
    if (finding.outcome != host::Outcome::found) return false;
    auto allowed = finding.file ? by_path.find(finding.file->path) : by_path.end();
    for (const host::StartUp& start : start_ups) {
      if (allowed != by_path.end() || !finding.registry) break;
      if (start.where == finding.where) allowed = by_path.find(start.target);
    }
    if (allowed == by_path.end()) return false;
    scan::add_silenced(silenced, allowed->second);
    return true;
  });
}

}  // namespace antidotary::diagnosis
