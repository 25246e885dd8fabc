// Standing: grades, kinds and contradictions become a verdict.
#include "diagnosis/standing.h"

#include <fmt/core.h>

#include <algorithm>

namespace antidotary::diagnosis {
namespace {

using entries::Grade;
using host::Outcome;

bool better(Outcome a, Outcome b) {
  const auto rank = [](Outcome outcome) {
    switch (outcome) {
      case Outcome::found:
        return 3;
      case Outcome::contradicted:
        return 2;
      case Outcome::unknown:
        return 1;
      case Outcome::missing:
        return 0;
    }
    return 0;
  };
  return rank(a) > rank(b);
}

std::vector<Weight> collect(const std::string& variant,
                            const std::vector<host::Finding>& findings) {
  std::vector<Weight> out;
  for (const host::Finding& finding : findings) {
    if (finding.variant != variant) continue;
    auto at = std::find_if(out.begin(), out.end(),
                           [&](const Weight& weight) { return weight.change == finding.change; });
    if (at == out.end()) {
      at = out.insert(
          out.end(),
          {finding.change, finding.kind, finding.grade, finding.outcome, false, false, {}});
    }
    if (better(finding.outcome, at->outcome)) at->outcome = finding.outcome;
    if (finding.outcome == Outcome::found && finding.confirmed) {
      at->confirmed = true;
      if (finding.kind == "file") at->told_apart = true;
    }
    at->findings.push_back(&finding);
  }
  return out;
}

int points(const Weight& weight) {
  if (weight.outcome != Outcome::found) return 0;
  const int grade = weight.grade == Grade::conclusive ? 100
                    : weight.grade == Grade::strong   ? 10
                                                      : 1;
  return grade + (weight.told_apart ? 5 : 0);
}

/// The facts about a variant's weights that the rules ask for.
class Tally {
 public:
  Tally(const std::vector<Weight>& weights, const std::vector<host::StartUp>& start_ups)
      : start_ups_(start_ups) {
    for (const Weight& weight : weights) {
      const bool heavy = weight.grade != Grade::weak;
      states_file = states_file || weight.kind == "file";
      if (weight.outcome == Outcome::found) count_found(weight);
      if (weight.outcome == Outcome::contradicted) count_contradicted(weight);
      if (weight.outcome == Outcome::unknown && heavy) {
        unknown_heavy = true;
        unknown_kinds.insert(weight.kind);
      }
      if (weight.outcome == Outcome::missing && heavy) missing_heavy = true;
    }
  }

  bool conclusive = false;
  bool states_file = false;               ///< A file of it could be looked for.
  std::set<std::string> heavy_kinds;      ///< Kinds with a strong or conclusive finding.
  std::set<std::string> confirmed_kinds;  ///< Those of them that are confirmed.
  std::set<std::string> unknown_kinds;
  bool heavy_told_apart = false;
  bool contradicted_heavy = false;
  bool contradicted_started = false;  ///< A contradicted strong file that something starts.
  bool unknown_heavy = false;
  bool missing_heavy = false;
  bool names_start = false;  ///< A strong value or line says what is to be started.
  bool can_run = false;      ///< A strong file is started, or a strong value starts a file.
  int weak = 0;
  bool weak_told_apart = false;
  std::set<std::string> weak_kinds;

 private:
  bool started(const Weight& weight) const {
    for (const host::Finding* finding : weight.findings) {
      for (const host::StartUp& start : start_ups_) {
        if (start.target.empty()) continue;
        if (finding->file && finding->file->path == start.target) return true;
        // What bears the name of a start-up and is no file says what is to be started.
        if (!finding->file && finding->outcome == Outcome::found && finding->where == start.where) {
          return true;
        }
      }
    }
    return false;
  }

  bool is_start(const Weight& weight) const {
    return std::any_of(weight.findings.begin(), weight.findings.end(), [&](const auto* finding) {
      return !finding->file &&
             std::any_of(start_ups_.begin(), start_ups_.end(),
                         [&](const host::StartUp& start) { return start.where == finding->where; });
    });
  }

  void count_found(const Weight& weight) {
    if (weight.grade == Grade::weak) {
      ++weak;
      weak_told_apart = weak_told_apart || weight.told_apart;
      weak_kinds.insert(weight.kind);
      return;
    }
    conclusive = conclusive || weight.grade == Grade::conclusive;
    heavy_kinds.insert(weight.kind);
    if (weight.confirmed) confirmed_kinds.insert(weight.kind);
    heavy_told_apart = heavy_told_apart || weight.told_apart;
    can_run = can_run || started(weight);
    names_start = names_start || is_start(weight);
  }

  void count_contradicted(const Weight& weight) {
    if (weight.grade == Grade::weak) return;
    contradicted_heavy = true;
    if (weight.kind != "file") return;
    contradicted_started = contradicted_started || started(weight);
  }

  const std::vector<host::StartUp>& start_ups_;
};

void say(Standing& out, Verdict verdict, Certainty certainty, std::string reason) {
  out.verdict = verdict;
  out.certainty = certainty;
  out.reason = std::move(reason);
}

std::string joined(const std::set<std::string>& kinds) {
  std::string out;
  for (const std::string& kind : kinds) out += (out.empty() ? "" : " and ") + kind;
  return out;
}

void convict(const Tally& tally, Standing& out) {
  if (tally.conclusive) {
    say(out, Verdict::infected, Certainty::certain, "a conclusive mark was found");
    return;
  }
  Certainty certainty = Certainty::probable;
  std::string reason =
      fmt::format("strong evidence of two kinds ({}) agrees", joined(tally.heavy_kinds));
  if (tally.contradicted_heavy) {
    certainty = Certainty::possible;
    reason += ", though something contradicts it";
  } else if (tally.confirmed_kinds.size() < 2) {
    reason += ", not all of it to the byte";
  } else if (tally.missing_heavy || tally.unknown_heavy) {
    reason += ", though not all that was published is there";
  } else {
    certainty = Certainty::certain;
  }
  say(out, Verdict::infected, certainty, std::move(reason));
}

// Strong evidence of one kind alone.
void weigh_leftover(const Tally& tally, Standing& out) {
  const std::string kind = *tally.heavy_kinds.begin();
  const bool unread = kind == "file" ? tally.unknown_kinds.count("registry") != 0 ||
                                           tally.unknown_kinds.count("ini") != 0
                                     : tally.unknown_kinds.count("file") != 0;
  if (tally.contradicted_heavy) {
    say(out, Verdict::suspicious, Certainty::possible,
        fmt::format("strong evidence ({}) stands against something that contradicts it", kind));
  } else if (!tally.states_file && !tally.names_start) {
    say(out, Verdict::traces, Certainty::possible,
        "its marks are there, and no source names a file of it that could be looked for: it may "
        "still be there");
  } else if (tally.can_run) {
    say(out, Verdict::suspicious, Certainty::possible,
        fmt::format("strong evidence of one kind alone ({}), and it can still run", kind));
  } else if (unread) {
    say(out, Verdict::suspicious, Certainty::possible,
        fmt::format("strong evidence of one kind alone ({}); {} could not be read", kind,
                    kind == "file" ? "what would start it" : "the files"));
  } else {
    say(out, Verdict::traces, tally.heavy_told_apart ? Certainty::probable : Certainty::possible,
        kind == "file"       ? "a file is left that nothing starts"
        : kind == "registry" ? "the registry still holds its marks, but the file is gone"
                             : "lines that it wrote are left, but its file is gone");
  }
}

void weigh_rest(const Tally& tally, Standing& out) {
  if (tally.contradicted_started) {
    say(out, Verdict::suspicious, Certainty::possible,
        "a file in its place is started, but is not the published one");
  } else if (tally.weak >= 2 && (tally.weak_kinds.size() >= 2 || tally.weak_told_apart)) {
    say(out, Verdict::suspicious, Certainty::possible,
        "several weak marks, which innocent programs may leave as well");
  } else if (tally.unknown_heavy) {
    say(out, Verdict::incomplete, Certainty::possible,
        "nothing was found, but not everything could be read");
  } else {
    say(out, Verdict::clean, Certainty::possible, "nothing that counts was found");
  }
}

}  // namespace

int severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::infected:
      return 5;
    case Verdict::traces:
      return 4;
    case Verdict::lure:
      return 3;
    case Verdict::suspicious:
      return 2;
    case Verdict::incomplete:
      return 1;
    case Verdict::clean:
      return 0;
  }
  return 0;
}

Standing stand(const std::string& variant, const std::vector<host::Finding>& findings,
               const std::vector<host::StartUp>& start_ups) {
  Standing out;
  out.variant = variant;
  out.weights = collect(variant, findings);
  for (const Weight& weight : out.weights) out.score += points(weight);
  const Tally tally(out.weights, start_ups);
  if (tally.conclusive || tally.heavy_kinds.size() >= 2) {
    convict(tally, out);
  } else if (tally.heavy_kinds.size() == 1) {
    weigh_leftover(tally, out);
  } else {
    weigh_rest(tally, out);
  }
  return out;
}

}  // namespace antidotary::diagnosis
