#include "pack/candidates.h"

#include <algorithm>

#include "match/finder.h"
#include "match/logic.h"
#include "pack/compare.h"
#include "pack/conditions.h"
#include "pack/windows.h"

namespace antidotary::pack {
namespace {

constexpr std::size_t evidence_max = 16;
// Strings sought at once; more candidates are decided in turns.
constexpr std::size_t sought_max = 4096;
// Matches that are followed one by one; a count ends earlier, where it decides all that is asked.
constexpr std::size_t ends_max = 100'000;
constexpr const char* too_many_hits = "a signature's part stands here more often than is counted";
// The peers' limit for regular expressions.
constexpr std::size_t regex_object_bytes_max = 100 << 20;

// How far behind a macro member's begin its anchor may lie.
constexpr std::uint64_t member_bytes_max = 1024;

/// What is known of one subsignature.
struct Sub {
  std::uint32_t hits = 0;
  match::Span first;
  match::Span last;
  std::vector<std::uint64_t> ends;  ///< Of the matches so far, where they are counted.
  std::uint32_t hits_asked = 1;     ///< More change no answer.
  bool followed = false;            ///< Others refer to its matches: all are sought.
  bool full() const { return hits >= hits_asked && !followed; }
  std::optional<match::Window> window;
};

struct Candidate {
  std::uint32_t number = 0;
  Rule rule;
  std::vector<Sub> subs;
};

/// One pattern that is being sought.
struct Hunted {
  Candidate* candidate = nullptr;
  std::uint32_t sub = 0;
  match::Program program;
};

struct Hunt {
  const Subject* subject;
  Budget* budget;
  Gaps* gaps;
  std::vector<Hunted> hunted;
  Status status;
};

void note(Sub& sub, const match::Span& span) {
  if (sub.hits == 0) sub.first = span;
  sub.last = span;
  ++sub.hits;
}

/// Whether the search goes on after `error`: damaged code of one pattern does not end it.
bool go_on(Hunt& hunt, const Error& error) {
  if (error.kind != ErrorKind::budget_spent) {
    hunt.gaps->add(error);
    return true;
  }
  hunt.status = tl::unexpected(error);
  return false;
}

bool on_hit(void* context, std::uint32_t index, std::uint64_t begin) {
  Hunt& hunt = *static_cast<Hunt*>(context);
  const Hunted& hunted = hunt.hunted[index];
  Sub& sub = hunted.candidate->subs[hunted.sub];
  if (!sub.window || sub.full()) return true;
  if (sub.hits >= ends_max) {
    hunt.gaps->add(ErrorKind::budget_spent, too_many_hits);
    return true;
  }
  const Bytes object = hunt.subject->bytes;
  const auto span = hunted.program.match_at(object, begin, *sub.window, *hunt.budget);
  if (!span) return go_on(hunt, span.error());
  if (!*span) return true;
  const auto& body = std::get<Body>(hunted.candidate->rule.subs[hunted.sub]);
  if (!begins_rightly(body.offset, *hunt.subject, (*span)->begin)) return true;
  if (sub.hits_asked == 1 && !sub.followed) {
    note(sub, **span);
    return true;
  }
  std::vector<std::uint64_t> ends;
  const Status ended = hunted.program.ends_at(object, begin, *sub.window, *hunt.budget, ends);
  for (const std::uint64_t end : ends) {
    // Ascending, so that what is new is mostly told by the last one.
    if (sub.ends.empty() || end > sub.ends.back()) {
      sub.ends.push_back(end);
    } else {
      const auto place = std::lower_bound(sub.ends.begin(), sub.ends.end(), end);
      if (*place == end) continue;
      sub.ends.insert(place, end);
    }
    note(sub, {(*span)->begin, end});
  }
  return ended.has_value() || go_on(hunt, ended.error());
}

/// The largest number that an expression compares a count with.
std::uint32_t largest_count(const match::Expr& expr) {
  std::uint32_t out = 0;
  std::vector<const match::Expr*> left{&expr};
  while (!left.empty()) {
    const match::Expr& one = *left.back();
    left.pop_back();
    if (one.count != match::Expr::Count::none) out = std::max(out, one.count_value);
    for (const match::Expr& kid : one.kids) left.push_back(&kid);
  }
  return out;
}

/// What an expression counts is counted to one more than it asks for.
void mark_counted(Candidate& candidate, const match::Expr& expr) {
  const std::vector<bool> counted = match::counted(expr, candidate.subs.size());
  const std::uint32_t enough = std::max(largest_count(expr), 1u);
  for (std::size_t i = 0; i < counted.size(); ++i) {
    Sub& sub = candidate.subs[i];
    if (counted[i]) sub.hits_asked = std::max(sub.hits_asked, enough + (enough + 1 > enough));
  }
}

/// Subsignatures whose last match others refer to must be sought to the end.
void mark_counted(Candidate& candidate) {
  const Rule& rule = candidate.rule;
  mark_counted(candidate, rule.expr);
  for (std::size_t i = 0; i < rule.subs.size(); ++i) {
    if (const auto* compare = std::get_if<ByteCompare>(&rule.subs[i])) {
      if (compare->trigger < candidate.subs.size()) {
        candidate.subs[compare->trigger].followed = true;
      }
    }
    if (std::holds_alternative<MacroUse>(rule.subs[i]) && i > 0) {
      candidate.subs[i - 1].followed = true;
    }
    if (const auto* regex = std::get_if<RegexUse>(&rule.subs[i])) {
      mark_counted(candidate, regex->trigger);
    }
  }
}

class Decision {
 public:
  Decision(const Pack& pack, RegexCache& regexes, Gaps& gaps, const Subject& subject,
           Budget& budget)
      : pack_(pack), regexes_(regexes), gaps_(gaps), subject_(subject), budget_(budget) {}

  /// An error of one candidate does not end the others.
  Status decide(std::span<Candidate*> candidates, std::vector<Finding>& findings) {
    ANTIDOTARY_CHECK(hunt(candidates));
    Status out;
    for (Candidate* candidate : candidates) {
      const Status asked = rest(*candidate);
      if (!asked && out) out = asked;
      if (!asked || !holds(*candidate)) continue;
      Finding finding = finding_of(pack_, candidate->rule);
      for (std::size_t i = 0; i < candidate->subs.size(); ++i) {
        const Sub& sub = candidate->subs[i];
        if (sub.hits == 0 || finding.evidence.size() >= evidence_max) continue;
        finding.evidence.push_back({"subsignature " + std::to_string(i), sub.first});
      }
      findings.push_back(std::move(finding));
    }
    return out;
  }

 private:
  /// All patterns of all candidates in one pass.
  Status hunt(std::span<Candidate*> candidates) {
    Hunt hunt{&subject_, &budget_, &gaps_, {}, {}};
    std::vector<match::Sought> sought;
    for (Candidate* candidate : candidates) {
      for (std::uint32_t sub = 0; sub < candidate->rule.subs.size(); ++sub) {
        const auto* body = std::get_if<Body>(&candidate->rule.subs[sub]);
        if (body == nullptr) continue;
        candidate->subs[sub].window = window_of(body->offset, subject_);
        if (!candidate->subs[sub].window) continue;
        for (std::uint32_t i = 0; i < body->patterns.size(); ++i) {
          const auto program = program_of(candidate->number, sub, i);
          if (!program) continue;
          sought.push_back({program->anchor(), program->nocase()});
          hunt.hunted.push_back({candidate, sub, *program});
        }
      }
    }
    const match::Finder finder(sought);
    const Status found = finder.find(subject_.bytes, budget_, &on_hit, &hunt);
    return hunt.status ? found : hunt.status;
  }

  std::optional<match::Program> program_of(std::uint32_t rule, std::uint32_t sub,
                                           std::uint32_t pattern) {
    const auto code = pack_.program(rule, sub, pattern);
    auto program = code ? match::Program::open(*code) : tl::unexpected(code.error());
    if (program) return *program;
    gaps_.add(program.error());
    return std::nullopt;
  }

  std::vector<std::uint32_t> hits_of(const Candidate& candidate) const {
    std::vector<std::uint32_t> out;
    for (const Sub& sub : candidate.subs) out.push_back(sub.hits);
    return out;
  }

  /// What an expression says of the hits so far; "no" where it cannot be evaluated, which is told.
  bool evaluate(const match::Expr& expr, const Candidate& candidate) {
    const auto held = match::evaluate(expr, hits_of(candidate));
    if (!held) gaps_.add(held.error());
    return held && *held;
  }

  bool holds(const Candidate& candidate) {
    if (!evaluate(candidate.rule.expr, candidate)) return false;
    const Conditions& asked = candidate.rule.conditions;
    if (asked.icon_group1.empty() && asked.icon_group2.empty()) return true;
    return subject_.has_icon && subject_.has_icon(asked.icon_group1, asked.icon_group2);
  }

  /// Subsignatures that are no patterns, in their order: each may refer to those before.
  Status rest(Candidate& candidate) {
    for (std::uint32_t i = 0; i < candidate.rule.subs.size(); ++i) {
      const Subsignature& sub = candidate.rule.subs[i];
      if (const auto* compare = std::get_if<ByteCompare>(&sub)) {
        decide_compare(candidate, i, *compare);
      } else if (const auto* regex = std::get_if<RegexUse>(&sub)) {
        ANTIDOTARY_CHECK(decide_regex(candidate, i, *regex));
      } else if (const auto* image = std::get_if<FuzzyImage>(&sub)) {
        decide_image(candidate, i, *image);
      } else if (const auto* macro = std::get_if<MacroUse>(&sub)) {
        ANTIDOTARY_CHECK(decide_macro(candidate, i, *macro));
      }
    }
    return {};
  }

  void decide_compare(Candidate& candidate, std::uint32_t i, const ByteCompare& compare) {
    if (compare.trigger >= candidate.subs.size()) return;
    const Sub& trigger = candidate.subs[compare.trigger];
    match::Span where;
    if (trigger.hits > 0 && compare_bytes(compare, subject_.bytes, trigger.last, where)) {
      note(candidate.subs[i], where);
    }
  }

  void decide_image(Candidate& candidate, std::uint32_t i, const FuzzyImage& image) {
    const auto hash = subject_.image_hash ? subject_.image_hash() : std::nullopt;
    if (!hash) return;
    const auto distance = static_cast<std::uint32_t>(__builtin_popcountll(*hash ^ image.hash));
    if (distance <= image.distance) note(candidate.subs[i], {0, subject_.bytes.size()});
  }

  Status decide_regex(Candidate& candidate, std::uint32_t i, const RegexUse& use) {
    const auto window = window_of(use.offset, subject_);
    if (!window || !evaluate(use.trigger, candidate)) return {};
    if (subject_.bytes.size() > regex_object_bytes_max) {
      gaps_.add(ErrorKind::budget_spent, "too large for regular expressions");
      return {};
    }
    const match::Regex* const regex = regexes_.find(candidate.number, i, use, gaps_);
    if (regex == nullptr) return {};
    const auto has = [&use](char letter) { return use.flags.find(letter) != std::string::npos; };
    const bool placed = use.offset.kind != Offset::Kind::any;
    Bytes object = subject_.bytes;
    // e: the match lies wholly in the window.
    if (placed && has('e')) {
      object = object.first(
          static_cast<std::size_t>(std::min<std::uint64_t>(object.size(), window->hi)));
    }
    const bool anchored = placed && !has('r') && !has('e');
    return seek_regex(*regex, object, {window->lo, anchored}, has('g'), candidate.subs[i]);
  }

  struct Start {
    std::uint64_t at = 0;
    bool anchored = false;
  };

  /// The first match, or with `global` as many as change an answer.
  Status seek_regex(const match::Regex& regex, Bytes object, Start from, bool global, Sub& sub) {
    Status paid;
    const auto pay = [&](std::uint64_t steps) {
      paid = budget_.step(steps);
      // Its steps may be long ones: the clock is asked each time.
      if (paid && budget_.time_left_ms() == 0) paid = budget_.exhaust(Limit::time);
      return paid.has_value();
    };
    while (from.at <= object.size()) {
      const auto found = regex.find(object, from.at, from.anchored, pay);
      ANTIDOTARY_CHECK(paid);
      // Its own limits end one expression, not the scan.
      if (!found) gaps_.add(found.error());
      if (!found || !*found) return {};
      note(sub, **found);
      if (!global || sub.full()) return {};
      if (sub.hits >= ends_max) {
        gaps_.add(ErrorKind::budget_spent, too_many_hits);
        return {};
      }
      from.at = std::max((*found)->end, from.at + 1);
    }
    return {};
  }

  /// A member of the group between min and max bytes behind the match of the one before.
  Status decide_macro(Candidate& candidate, std::uint32_t i, const MacroUse& use) {
    if (i == 0) return {};
    std::vector<match::Program> members;
    for (const std::uint32_t member : pack_.macro_members(use.group)) {
      if (const auto program = program_of(member, 0, 0)) members.push_back(*program);
    }
    for (const std::uint64_t end : candidate.subs[i - 1].ends) {
      const match::Window window{end + use.min, end + use.max};
      for (const match::Program& program : members) {
        ANTIDOTARY_CHECK(seek_member(program, window, candidate.subs[i]));
        if (candidate.subs[i].hits > 0) return {};
      }
    }
    return {};
  }

  /// The first match of a macro group's member that begins in `window`.
  Status seek_member(const match::Program& program, const match::Window& window, Sub& sub) {
    const Bytes object = subject_.bytes;
    const std::uint64_t anchor_max = window.hi + member_bytes_max;
    for (std::uint64_t at = window.lo; at <= anchor_max && at < object.size(); ++at) {
      const auto span = program.match_at(object, at, window, budget_);
      if (!span && span.error().kind == ErrorKind::budget_spent) {
        return tl::unexpected(span.error());
      }
      if (!span) {
        gaps_.add(span.error());
        return {};
      }
      if (!*span) continue;
      note(sub, **span);
      return {};
    }
    return {};
  }

  const Pack& pack_;
  RegexCache& regexes_;
  Gaps& gaps_;
  const Subject& subject_;
  Budget& budget_;
};

std::size_t patterns_of(const Rule& rule) {
  std::size_t out = 0;
  for (const Subsignature& sub : rule.subs) {
    if (const auto* body = std::get_if<Body>(&sub)) out += body->patterns.size();
  }
  return out;
}

}  // namespace

Finding finding_of(const Pack& pack, const Rule& rule) {
  Finding out;
  out.name = pack.shown_name(rule.name, rule.origin);
  out.kind = "pattern";
  out.origin = rule.origin;
  out.handler_type = rule.conditions.handler_type;
  return out;
}

Status Candidates::decide(std::span<const std::uint32_t> rules, const Subject& subject,
                          Budget& budget, std::vector<Finding>& findings) {
  Decision decision(pack_, regexes_, gaps_, subject, budget);
  std::vector<std::unique_ptr<Candidate>> owned;
  std::vector<Candidate*> batch;
  std::size_t sought = 0;
  const auto flush = [&]() -> Status {
    const Status decided = decision.decide(batch, findings);
    batch.clear();
    owned.clear();
    sought = 0;
    return decided;
  };
  for (const std::uint32_t number : rules) {
    ANTIDOTARY_CHECK(budget.step(64));
    auto rule = pack_.rule(number);
    if (!rule) gaps_.add(rule.error());
    if (!rule || !conditions_hold(rule->conditions, subject)) continue;
    auto candidate = std::make_unique<Candidate>();
    candidate->number = number;
    candidate->subs.resize(rule->subs.size());
    candidate->rule = std::move(*rule);
    mark_counted(*candidate);
    sought += patterns_of(candidate->rule);
    batch.push_back(candidate.get());
    owned.push_back(std::move(candidate));
    if (sought >= sought_max) ANTIDOTARY_CHECK(flush());
  }
  return batch.empty() ? Status{} : flush();
}

}  // namespace antidotary::pack
