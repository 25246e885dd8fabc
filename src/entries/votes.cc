// Votes: the report's forms, then one vote for each independent engine.
#include "entries/votes.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/text.h"
#include "entries/dialects.h"

namespace antidotary::entries {
namespace {

void add_label(Report& report, std::string_view engine, const Json* result) {
  std::string label;
  if (result == nullptr || !result->to(label) || label.empty()) return;
  if (report.labels.size() < report_labels_max) {
    report.labels.push_back({std::string(engine), std::move(label)});
  }
}

void read_digest(const Json& json, Report& report) {
  for (const std::string_view key : {"sha256", "sha1", "md5", "id"}) {
    const Json* digest = json.find(key);
    if (report.sample.empty() && digest != nullptr) digest->to(report.sample);
  }
}

bool read_engines(const Json& json, std::string_view key, Report& report) {
  const Json* engines = json.find(key);
  if (engines == nullptr || engines->object() == nullptr) return false;
  for (const auto& [engine, answer] : *engines->object()) {
    const Json* detected = answer.find("detected");
    const bool clean = detected != nullptr && detected->boolean() && !*detected->boolean();
    if (!clean) add_label(report, engine, answer.find("result"));
  }
  return true;
}

bool read_pairs(const Json& json, Report& report) {
  const Json* pairs = json.find("av_labels");
  if (pairs == nullptr || pairs->array() == nullptr) return false;
  for (const Json& pair : *pairs->array()) {
    if (pair.array() == nullptr || pair.array()->size() != 2) continue;
    std::string engine;
    if ((*pair.array())[0].to(engine)) add_label(report, engine, &(*pair.array())[1]);
  }
  return true;
}

/// The vendor whose engine it is, in one spelling: what has one vote.
std::string voter_of(std::string_view engine) {
  const Dialect* dialect = find_dialect(engine);
  const std::string_view vendor = dialect == nullptr ? engine : dialect->vendor;
  for (const SharedEngine& shared : shared_engines()) {
    if (equal_ascii_ignoring_case(shared.vendor, vendor)) return ascii_lower(shared.engine);
  }
  return ascii_lower(vendor);
}

/// The label as engines that share one write it: "(B)" and "(Engine A)" at its end say through
/// which of its engines a product found it.
std::string spoken_of(std::string_view label) {
  label = trim(label);
  if (label.ends_with(')')) {
    const std::size_t open = label.rfind('(');
    if (open != std::string_view::npos && open != 0) label = trim(label.substr(0, open));
  }
  return ascii_lower(label);
}

void elect(Verdict& verdict) {
  std::sort(verdict.candidates.begin(), verdict.candidates.end(),
            [](const Candidate& a, const Candidate& b) {
              return a.votes != b.votes ? a.votes > b.votes : a.entry->id < b.entry->id;
            });
  if (verdict.candidates.empty()) return;
  const Candidate& first = verdict.candidates.front();
  const bool tied = verdict.candidates.size() > 1 && verdict.candidates[1].votes == first.votes;
  if (!tied && (first.votes >= 2 || verdict.counted == 1)) verdict.family = first.entry;
}

}  // namespace

Result<Report> read_report(const Json& json) {
  Report report;
  const Json* inner = &json;
  read_digest(json, report);
  for (const std::string_view step : {"data", "attributes"}) {
    const Json* next = inner->find(step);
    if (next == nullptr) continue;
    inner = next;
    if (step == "attributes") report.sample.clear();
    read_digest(*inner, report);
  }
  const bool read = read_engines(*inner, "last_analysis_results", report) ||
                    read_engines(*inner, "scans", report) || read_pairs(*inner, report);
  if (!read) {
    return fail(ErrorKind::malformed,
                "no report: it has neither \"scans\", \"last_analysis_results\" nor "
                "\"av_labels\"");
  }
  return report;
}

Verdict vote(const Names& names, const Report& report) {
  Verdict verdict;
  std::map<std::string, std::string> voters;  // who votes, and the engine that did so first
  std::map<std::string, std::string> labels;  // what was said already, and by whom
  std::map<const Entry*, std::map<const Variant*, std::size_t>> count;
  for (const EngineLabel& one : report.labels) {
    Vote cast{one.engine, one.label, names.resolve(one.label, one.engine), {}};
    const Entry* family = cast.resolution.family();
    if (family != nullptr) {
      const auto [voter, new_voter] = voters.emplace(voter_of(one.engine), one.engine);
      const auto [said, new_label] = labels.emplace(spoken_of(one.label), one.engine);
      if (!new_voter || !new_label) {
        cast.counted_with = new_voter ? said->second : voter->second;
      } else {
        const bool single = cast.resolution.kind == Resolution::Kind::one;
        ++count[family][single ? cast.resolution.matches.front().variant : nullptr];
        ++verdict.counted;
      }
    }
    verdict.votes.push_back(std::move(cast));
  }
  for (const auto& [entry, variants] : count) {
    Candidate candidate{entry, 0, nullptr, 0};
    for (const auto& [variant, votes] : variants) {
      candidate.votes += votes;
      if (variant == nullptr || votes <= candidate.variant_votes) continue;
      candidate.variant = variant;
      candidate.variant_votes = votes;
    }
    if (candidate.variant_votes * 2 <= candidate.votes) candidate.variant = nullptr;
    verdict.candidates.push_back(candidate);
  }
  elect(verdict);
  return verdict;
}

}  // namespace antidotary::entries
