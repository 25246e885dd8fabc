// Votes: from what many engines say of one sample to one family.
//
// One engine has one vote, and engines that answer with another's words have one between them
// (dialects.h, shared_engines), as have engines that say exactly the same label. Reports are those
// of VirusTotal (versions 2 and 3) and lists of pairs; nothing is fetched.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "entries/names.h"

namespace antidotary::entries {

/// Most labels of one report that are looked at.
inline constexpr std::size_t report_labels_max = 500;

struct EngineLabel {
  std::string engine;
  std::string label;
};

/// One sample's report.
struct Report {
  std::string sample;  ///< SHA-256, SHA-1 or MD5 as the report gives it; empty where it does not.
  std::vector<EngineLabel> labels;
};

/// Reads one report: VirusTotal v2 ({"scans": {ENGINE: {"detected", "result"}}}), v3 ({"data":
/// {"attributes": {"last_analysis_results": {ENGINE: {"result"}}}}}, with or without the outer
/// two), or {"sha256", "av_labels": [[ENGINE, LABEL], ...]}. Errors: malformed where it is none.
Result<Report> read_report(const Json& json);

/// What one engine said and what became of it.
struct Vote {
  std::string engine;
  std::string label;
  Resolution resolution;
  std::string counted_with;  ///< The engine whose vote this one is part of; empty: it counts.
};

struct Candidate {
  const Entry* entry = nullptr;
  std::size_t votes = 0;
  const Variant* variant = nullptr;  ///< That most of the votes name; null: none has a majority.
  std::size_t variant_votes = 0;
};

struct Verdict {
  std::vector<Vote> votes;
  std::vector<Candidate> candidates;  ///< Most votes first.
  std::size_t counted = 0;            ///< Votes that named a family with confidence.
  /// The family: two votes or the only one there is, and more than any other has. Else null.
  const Entry* family = nullptr;
};

/// Counts. The verdict points into `names`' encyclopedia.
Verdict vote(const Names& names, const Report& report);

}  // namespace antidotary::entries
