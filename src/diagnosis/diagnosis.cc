// Diagnosis: the variants of an entry compete; the entries are put in order.
#include "diagnosis/diagnosis.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "core/text.h"
#include "diagnosis/allowed.h"
#include "diagnosis/standing.h"
#include "diagnosis/started.h"
#include "host/kinds.h"

namespace antidotary::diagnosis {
namespace {

std::string title_of(const entries::Entry& entry, const std::string& variant) {
  const entries::Variant* found = entry.find(variant);
  return found == nullptr || found->title.empty() ? entry.id + '.' + variant : found->title;
}

void sort_evidence(const Standing& standing, Diagnosis& out) {
  for (const Weight& weight : standing.weights) {
    for (const host::Finding* finding : weight.findings) {
      switch (finding->outcome) {
        case host::Outcome::found:
          out.evidence_for.push_back(*finding);
          break;
        case host::Outcome::unknown:
          out.unknown.push_back(*finding);
          break;
        case host::Outcome::missing:
        case host::Outcome::contradicted:
          out.evidence_against.push_back(*finding);
          break;
      }
    }
  }
}

}  // namespace

std::span<const std::string_view> enum_names(Verdict) {
  static constexpr std::array<std::string_view, 6> names = {"clean", "infected",   "traces",
                                                            "lure",  "suspicious", "incomplete"};
  return names;
}

std::span<const std::string_view> enum_names(Certainty) {
  static constexpr std::array<std::string_view, 3> names = {"possible", "probable", "certain"};
  return names;
}

Diagnosis weigh(const entries::Entry& entry, const std::vector<host::Finding>& findings,
                const std::vector<host::StartUp>& start_ups) {
  std::vector<Standing> standings;
  for (const entries::Variant& variant : entry.variants) {
    standings.push_back(stand(variant.id, findings, start_ups));
  }
  Diagnosis out;
  out.entry = entry.id;
  const auto best = std::max_element(
      standings.begin(), standings.end(), [](const Standing& a, const Standing& b) {
        return std::pair(severity(a.verdict), a.score) < std::pair(severity(b.verdict), b.score);
      });
  if (best == standings.end() || best->verdict == Verdict::clean) return out;
  out.verdict = best->verdict;
  std::string titles;
  for (const Standing& standing : standings) {
    if (standing.verdict != best->verdict || standing.score != best->score) continue;
    if (standing.weights.empty()) continue;
    out.certainty = std::max(out.certainty, standing.certainty);
    if (out.variants.empty() || standing.certainty == out.certainty) out.reason = standing.reason;
    titles += (titles.empty() ? "" : " or ") + title_of(entry, standing.variant);
    out.variants.push_back(standing.variant);
    sort_evidence(standing, out);
  }
  if (out.verdict != Verdict::incomplete) {
    out.reason = fmt::format("{}: {}", titles, out.reason);
    if (out.variants.size() > 1) out.reason += "; the evidence cannot tell these variants apart";
  }
  return out;
}

Verdict Examination::verdict() const {
  Verdict worst = Verdict::clean;
  for (const Diagnosis& diagnosis : diagnoses) {
    if (severity(diagnosis.verdict) > severity(worst)) worst = diagnosis.verdict;
  }
  const bool whole =
      unread.empty() && dirty_hives.empty() && doubts.empty() && windows != host::WindowsKind::none;
  return worst == Verdict::clean && !whole ? Verdict::incomplete : worst;
}

namespace {

// Profiles that Windows keeps for itself are looked into, but are nobody.
bool is_person(const std::string& user) {
  static constexpr std::string_view nobody[] = {"All Users",     "Default User",  "Default",
                                                "Public",        "systemprofile", "LocalService",
                                                "NetworkService"};
  return std::none_of(std::begin(nobody), std::end(nobody),
                      [&user](std::string_view name) { return equal_ignoring_case(user, name); });
}

}  // namespace

namespace {

/// All that is found of one entry.
std::vector<host::Finding> findings_of(const entries::Entry& entry, host::Computer& computer) {
  std::vector<host::Finding> findings;
  for (const entries::Variant& variant : entry.variants) {
    for (const auto& change : variant.changes) {
      const host::Kind* kind = host::find_kind(change->kind());
      if (kind == nullptr || !change->checkable()) continue;
      for (host::Finding& finding : kind->detect(*change, computer)) {
        finding.entry = entry.id;
        finding.variant = variant.id;
        finding.change = change->id;
        finding.kind = std::string(change->kind());
        finding.grade = change->evidence;
        findings.push_back(std::move(finding));
      }
    }
  }
  return findings;
}

}  // namespace

Examination examine(const entries::Encyclopedia& encyclopedia, host::Computer& computer,
                    const scan::AllowList* allow, Extras extras) {
  Examination out;
  out.windows = computer.kind();
  out.windows_directory = computer.windows_directory();
  const auto forms = computer.written_forms("%windir%");
  if (!forms.empty()) out.windows_path = forms.front();
  for (const host::User& user : computer.users()) {
    if (is_person(user.name)) out.users.push_back(user.name);
  }
  out.start_ups = host::start_ups(computer);
  for (const entries::Entry& entry : encyclopedia.entries()) {
    std::vector<host::Finding> findings = findings_of(entry, computer);
    if (allow != nullptr) {
      leave_out_allowed(findings, out.start_ups, *allow, computer, out.silenced);
    }
    raise_started(findings, out.start_ups);
    Diagnosis diagnosis = weigh(entry, findings, out.start_ups);
    if (severity(diagnosis.verdict) <= severity(Verdict::incomplete)) {
      if (allow != nullptr && allow->allows_entry(entry.id)) continue;
      std::copy_if(findings.begin(), findings.end(), std::back_inserter(out.slight),
                   [](const host::Finding& one) { return one.outcome == host::Outcome::found; });
      continue;
    }
    if (allow != nullptr && allow->allows_entry(entry.id)) {
      scan::add_silenced(out.silenced, "entry " + entry.id, diagnosis.evidence_for.size());
      continue;
    }
    out.diagnoses.push_back(std::move(diagnosis));
  }
  std::stable_sort(out.diagnoses.begin(), out.diagnoses.end(),
                   [](const Diagnosis& a, const Diagnosis& b) {
                     return std::pair(severity(a.verdict), a.certainty) >
                            std::pair(severity(b.verdict), b.certainty);
                   });
  // Last what weighs nothing: where the budget ends here, what was found stands.
  out.hosts_lines = host::hosts_lines(computer);
  DeletedMarks deleted = deleted_marks(encyclopedia, computer);
  out.deleted = std::move(deleted.marks);
  out.deleted_cut = deleted.cut;
  if (extras.hash_start_ups) host::hash_targets(out.start_ups, computer);
  out.unread = computer.unread();
  out.dirty_hives = computer.dirty_hives();
  out.replayed_hives = computer.replayed_hives();
  return out;
}

}  // namespace antidotary::diagnosis
