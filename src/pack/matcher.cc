#include "pack/matcher.h"

#include <algorithm>
#include <map>

#include "core/text.h"
#include "match/regex.h"
#include "pack/candidates.h"
#include "pack/conditions.h"
#include "pack/windows.h"

namespace antidotary::pack {
namespace {

// Half of a second-level cache: digests and literals read the same bytes while they are near.
constexpr std::size_t block_bytes = 128 << 10;
// A literal has 8 bytes: a hit may begin so far before a block.
constexpr std::size_t overlap_bytes = match::anchor_bytes_max - 1;

std::size_t number(DigestKind kind) { return static_cast<std::size_t>(kind); }

match::DigestKey key_of(Bytes digest) {
  match::DigestKey out{};
  std::copy_n(digest.begin(), std::min(out.size(), digest.size()), out.begin());
  return out;
}

/// A rule that is one pattern and nothing else: a hit of it decides.
bool is_plain(const Rule& rule) {
  const Conditions& asked = rule.conditions;
  return rule.subs.size() == 1 && std::holds_alternative<Body>(rule.subs[0]) &&
         rule.expr.op == match::Expr::Op::sub && rule.expr.count == match::Expr::Count::none &&
         asked.icon_group1.empty() && asked.icon_group2.empty();
}

}  // namespace

struct Matcher::State {
  const Pack& pack;
  match::LiteralSet::Scratch scratch;
  RegexCache regexes;
  mutable Gaps gaps;
  /// Of each rule: the object in which it was last decided or made a candidate.
  std::vector<std::uint32_t> seen;
  std::uint32_t object = 0;
  std::vector<std::uint32_t> candidates;
  std::vector<std::uint32_t> tags;
  mutable std::map<std::size_t, std::optional<match::Regex>> member_regexes;

  explicit State(const Pack& of) : pack(of), seen(of.rule_count(), 0) {}

  void begin_object() {
    if (++object == 0) {
      std::fill(seen.begin(), seen.end(), 0u);
      object = 1;
    }
    candidates.clear();
  }
};

namespace {

/// What a literal's hit needs.
struct Pass {
  const Pack* pack;
  const RuleSet* rules;
  const Subject* subject;
  Budget* budget;
  std::vector<Finding>* findings;
  std::vector<std::uint32_t>* seen;
  std::uint32_t object;
  std::vector<std::uint32_t>* candidates;
  Gaps* gaps;
  Status status;
};

/// Damaged code finds nothing, and says so. Errors: budget_spent.
Status damaged(Pass& pass, const Error& error) {
  if (error.kind == ErrorKind::budget_spent) return tl::unexpected(error);
  pass.gaps->add(error);
  return {};
}

/// Decides a plain rule whose pattern stands at `anchor_at`. Errors: budget_spent.
Status decide_plain(Pass& pass, const Posting& posting, const Rule& rule,
                    const match::Program& program, std::uint64_t anchor_at) {
  const Offset& offset = std::get<Body>(rule.subs[0]).offset;
  const auto window = window_of(offset, *pass.subject);
  if (!window) return {};
  const auto found = program.match_at(pass.subject->bytes, anchor_at, *window, *pass.budget);
  if (!found) return damaged(pass, found.error());
  const std::optional<match::Span>& span = *found;
  if (!span || !begins_rightly(offset, *pass.subject, span->begin)) return {};
  (*pass.seen)[posting.rule] = pass.object;
  if (!conditions_hold(rule.conditions, *pass.subject)) return {};
  Finding finding = finding_of(*pass.pack, rule);
  finding.evidence.push_back({"pattern", *span});
  pass.findings->push_back(std::move(finding));
  return {};
}

Status look_at_posting(Pass& pass, const Posting& posting, std::uint64_t begin) {
  if (posting.rule >= pass.seen->size()) {
    return damaged(pass, Error{ErrorKind::malformed, "a literal of no rule", std::nullopt});
  }
  if ((*pass.seen)[posting.rule] == pass.object) return {};
  const auto code = pass.pack->program(posting.rule, posting.sub, posting.pattern);
  if (!code) return damaged(pass, code.error());
  const auto program = match::Program::open(*code);
  if (!program) return damaged(pass, program.error());
  const auto span = program->match_at(pass.subject->bytes, begin, {}, *pass.budget);
  if (!span) return damaged(pass, span.error());
  if (!*span) return {};
  // Only now is the rule worth being decoded.
  const auto rule = pass.pack->rule(posting.rule);
  if (!rule) return damaged(pass, rule.error());
  if (is_plain(*rule)) return decide_plain(pass, posting, *rule, *program, begin);
  (*pass.seen)[posting.rule] = pass.object;
  pass.candidates->push_back(posting.rule);
  return {};
}

bool on_literal(void* context, std::uint32_t id, std::uint64_t begin) {
  Pass& pass = *static_cast<Pass*>(context);
  const auto postings = pass.rules->postings(id);
  if (!postings) {
    pass.gaps->add(postings.error());
    return true;
  }
  for (const Posting posting : *postings) {
    pass.status = look_at_posting(pass, posting, begin);
    if (!pass.status) return false;
  }
  return true;
}

}  // namespace

namespace {

/// One walk over an object: blocks, and who reads them.
class Walk {
 public:
  Walk(const Pack& pack, const Subject& subject, Budget& budget)
      : pack_(pack), subject_(subject), budget_(budget) {}

  void want_digests() {
    for (const DigestKind kind : digest_kinds) {
      const auto& table = pack_.digests(kind, Scope::file, Role::detect);
      if (table.wants_size(subject_.bytes.size())) digesters_.emplace_back(kind, Digester(kind));
    }
  }
  void want_rules(const RuleSet& rules, Pass pass) {
    if (rules.literals() == nullptr) return;
    pass.rules = &rules;
    passes_.push_back(std::move(pass));
  }

  Status run(match::LiteralSet::Scratch& scratch) {
    const Bytes object = subject_.bytes;
    for (const Pass& pass : passes_) ANTIDOTARY_CHECK(scratch.fit(*pass.rules->literals()));
    for (std::size_t at = 0; at < object.size(); at += block_bytes) {
      const Bytes block = object.subspan(at, std::min(block_bytes, object.size() - at));
      ANTIDOTARY_CHECK(budget_.step(block.size() / 16 + 1));
      const std::size_t overlap = std::min(at, overlap_bytes);
      const Bytes seen = object.subspan(at - overlap, block.size() + overlap);
      for (Pass& pass : passes_) {
        ANTIDOTARY_CHECK(
            pass.rules->literals()->scan(seen, at - overlap, overlap, scratch, &on_literal, &pass));
        ANTIDOTARY_CHECK(pass.status);
      }
      for (auto& [kind, digester] : digesters_) digester.update(block);
    }
    return {};
  }

  std::vector<std::pair<DigestKind, Buffer>> digests() {
    std::vector<std::pair<DigestKind, Buffer>> out;
    for (auto& [kind, digester] : digesters_) out.emplace_back(kind, digester.finish());
    return out;
  }

 private:
  const Pack& pack_;
  const Subject& subject_;
  Budget& budget_;
  std::vector<std::pair<DigestKind, Digester>> digesters_;
  std::vector<Pass> passes_;
};

}  // namespace

Matcher::Matcher(const Pack& pack) : state_(std::make_unique<State>(pack)) {}
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

void Matcher::warm() {
  for (std::size_t target = 0; target < targets; ++target) {
    const auto* set = state_->pack.rules_for(static_cast<Target>(target)).literals();
    // What cannot be made ready now is told by each object that needs it.
    if (set != nullptr) static_cast<void>(state_->scratch.fit(*set));
  }
}

/// Appends a finding for each row of the digest's table that the object hits.
void Matcher::find_digest(DigestKind kind, Scope scope, Bytes digest, std::uint64_t size,
                          const Evidence& evidence, std::vector<Finding>& findings) {
  static constexpr std::array<std::string_view, 3> kinds = {"digest", "section", "imports"};
  const auto& table = state_->pack.digests(kind, scope, Role::detect);
  state_->tags.clear();
  table.find(key_of(digest), size, state_->tags);
  for (const std::uint32_t tag : state_->tags) {
    const auto name = state_->pack.digest_name(tag);
    // A hit without a readable name is a hit all the same.
    if (!name) state_->gaps.add(name.error());
    Finding finding;
    finding.name = name ? name->text : "Damaged.Name";
    finding.kind = kinds[static_cast<std::size_t>(scope)];
    if (name) finding.origin.source = name->source;
    finding.evidence.push_back(evidence);
    findings.push_back(std::move(finding));
  }
}

Status Matcher::match_sections(const Subject& subject, Budget& budget,
                               std::vector<Finding>& findings) {
  // The format means sections and imports of PE files alone.
  if (subject.executable == nullptr || subject.target != Target::pe) return {};
  const std::uint64_t size = subject.bytes.size();
  std::size_t at = 0;
  for (const Executable::Section& section : subject.executable->sections) {
    ++at;
    if (section.size == 0 || section.offset > size || section.size > size - section.offset)
      continue;
    const Bytes bytes = subject.bytes.subspan(static_cast<std::size_t>(section.offset),
                                              static_cast<std::size_t>(section.size));
    for (const DigestKind kind : digest_kinds) {
      if (!state_->pack.digests(kind, Scope::section, Role::detect).wants_size(section.size)) {
        continue;
      }
      // Sections may overlap: each is paid for.
      ANTIDOTARY_CHECK(budget.step(section.size / 16 + 1));
      Digester digester(kind);
      digester.update(bytes);
      const Evidence evidence{fmt::format("{} of section {}", digest_names[number(kind)], at - 1),
                              {section.offset, section.offset + section.size}};
      find_digest(kind, Scope::section, digester.finish(), section.size, evidence, findings);
    }
  }
  const std::string& imports = subject.executable->imports;
  for (const DigestKind kind : digest_kinds) {
    const auto& table = state_->pack.digests(kind, Scope::imports, Role::detect);
    if (imports.empty() || !table.wants_size(imports.size())) continue;
    Digester digester(kind);
    digester.update(as_bytes(std::string_view(imports)));
    find_digest(kind, Scope::imports, digester.finish(), imports.size(),
                {"list of imports", {0, size}}, findings);
  }
  return {};
}

Status Matcher::decide_candidates(const Subject& subject, std::span<const Target> asked,
                                  Budget& budget, std::vector<Finding>& findings) {
  State& state = *state_;
  for (const Target target : asked) {
    for (const std::uint32_t rule : state.pack.rules_for(target).always()) {
      if (rule >= state.seen.size()) state.gaps.add(ErrorKind::malformed, "a rule out of range");
      if (rule >= state.seen.size() || state.seen[rule] == state.object) continue;
      state.seen[rule] = state.object;
      state.candidates.push_back(rule);
    }
  }
  std::sort(state.candidates.begin(), state.candidates.end());
  Candidates candidates(state.pack, state.regexes, state.gaps);
  return candidates.decide(state.candidates, subject, budget, findings);
}

Status Matcher::match_rules(const Subject& subject, bool with_digests, Budget& budget,
                            std::vector<Finding>& findings, Digests& digests) {
  State& state = *state_;
  state.begin_object();
  Walk walk(state.pack, subject, budget);
  if (with_digests) walk.want_digests();
  const Pass pass{&state.pack, nullptr,      &subject,          &budget,     &findings,
                  &state.seen, state.object, &state.candidates, &state.gaps, {}};
  std::vector<Target> asked;
  if (subject.any_rules) asked.push_back(Target::any);
  if (subject.own_rules && subject.target != Target::any) asked.push_back(subject.target);
  for (const Target target : asked) walk.want_rules(state.pack.rules_for(target), pass);
  ANTIDOTARY_CHECK(walk.run(state.scratch));
  const auto computed = walk.digests();
  for (const auto& [kind, digest] : computed) {
    state.pack.digests(kind, Scope::file, Role::detect).prefetch(key_of(digest));
  }
  for (const auto& [kind, digest] : computed) {
    digests.hex[number(kind)] = to_hex(digest);
    find_digest(kind, Scope::file, digest, subject.bytes.size(),
                {std::string(digest_names[number(kind)]), {0, subject.bytes.size()}}, findings);
  }
  return decide_candidates(subject, asked, budget, findings);
}

Status Matcher::match(const Subject& subject, Budget& budget, std::vector<Finding>& findings,
                      Digests& digests) {
  state_->gaps.clear();
  ANTIDOTARY_CHECK(match_sections(subject, budget, findings));
  return match_rules(subject, true, budget, findings, digests);
}

Status Matcher::match_view(const Subject& view, Budget& budget, std::vector<Finding>& findings) {
  Digests none;
  state_->gaps.clear();
  return match_rules(view, false, budget, findings, none);
}

bool Matcher::allowed(Bytes bytes) const {
  return std::any_of(digest_kinds.begin(), digest_kinds.end(), [&](DigestKind kind) {
    const auto& table = state_->pack.digests(kind, Scope::file, Role::allow);
    if (!table.wants_size(bytes.size())) return false;
    Digester digester(kind);
    digester.update(bytes);
    state_->tags.clear();
    table.find(key_of(digester.finish()), bytes.size(), state_->tags);
    return !state_->tags.empty();
  });
}

namespace {

bool sizes_hold(const MemberRule& rule, const Matcher::Member& member) {
  return (rule.container.empty() || rule.container == member.container_type) &&
         rule.container_size.holds(member.container_size) &&
         rule.packed_size.holds(member.packed_size) && rule.real_size.holds(member.real_size) &&
         rule.position.holds(member.position) &&
         (!rule.encrypted || *rule.encrypted == member.encrypted) &&
         (!rule.checksum || (member.checksum && *member.checksum == *rule.checksum));
}

}  // namespace

const std::vector<Error>& Matcher::gaps() const { return state_->gaps.all(); }

Status Matcher::match_member(const Member& member, Budget& budget,
                             std::vector<Finding>& findings) const {
  state_->gaps.clear();
  const Bytes name = as_bytes(std::string_view(member.name));
  const auto& rules = state_->pack.member_rules();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const MemberRule& rule = rules[i];
    ANTIDOTARY_CHECK(budget.step());
    if (!sizes_hold(rule, member)) continue;
    if (!rule.regex.empty()) {
      const auto [place, fresh] = state_->member_regexes.try_emplace(i);
      if (fresh) {
        auto regex = match::Regex::compile(rule.regex, {});
        if (regex) place->second.emplace(std::move(*regex));
      }
      if (!place->second) {
        state_->gaps.add(ErrorKind::malformed, "a regular expression that cannot be compiled");
        continue;
      }
      Status paid;
      const auto found = place->second->find(name, 0, false, [&](std::uint64_t steps) {
        paid = budget.step(steps);
        return paid.has_value();
      });
      ANTIDOTARY_CHECK(paid);
      if (!found) state_->gaps.add(found.error());
      if (!found || !*found) continue;
    }
    Finding finding;
    finding.name = state_->pack.shown_name(rule.name, rule.origin);
    finding.kind = "member";
    finding.origin = rule.origin;
    findings.push_back(std::move(finding));
  }
  return {};
}

}  // namespace antidotary::pack
