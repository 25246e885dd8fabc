#include "signatures/build_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <thread>
#include <unordered_map>

#include "core/digest.h"
#include "core/reader.h"
#include "match/literals.h"
#include "match/logic.h"
#include "match/program.h"
#include "match/regex.h"
#include "pack/regex_options.h"
#include "pack/rule_code.h"
#include "pack/rule_set.h"
#include "pack/section_names.h"

namespace antidotary::signatures {
namespace {

using pack::Body;
using pack::Rule;

constexpr double infinity = std::numeric_limits<double>::infinity();
// Above that of any literal: what a picture looks like is asked where nothing else will do.
constexpr double picture_cost = 1e9;
// An anchor expected more often than once in so many bits is no anchor: the rule is tried on each
// object of its target instead, where its conditions are asked first.
constexpr double surprise_min = 9.0;

/// A subsignature as far as the build knows it.
struct Plan {
  double cost = infinity;              ///< How often it is expected to be looked at.
  std::vector<match::Anchor> anchors;  ///< The best of each of its patterns.
};

Plan plan_of(const Body& body) {
  Plan out;
  out.cost = 0;
  for (const match::Pattern& pattern : body.patterns) {
    const auto anchors = match::anchors(pattern);
    if (anchors.empty()) {
      out.cost = infinity;
      return out;
    }
    out.anchors.push_back(anchors.front());
    out.cost +=
        anchors.front().surprise < surprise_min ? infinity : std::exp2(-anchors.front().surprise);
  }
  return out;
}

/// A set of literals in the making.
class SetBuilder {
 public:
  void add(const match::Anchor& anchor, bool nocase, const pack::Posting& posting) {
    const std::string key = anchor.bytes + (nocase ? '\1' : '\0');
    const auto [place, fresh] =
        numbers_.try_emplace(key, static_cast<std::uint32_t>(postings_.size()));
    if (fresh) {
      literals_.push_back({anchor.bytes, nocase, place->second});
      postings_.emplace_back();
    }
    postings_[place->second].push_back(posting);
  }
  void always(std::uint32_t rule) { always_.push_back(rule); }

  const std::vector<match::Literal>& literals() const { return literals_; }

  /// What the image is made from, so that an older one of the same may serve.
  pack::Sha256 inputs() const {
    Digester digester(DigestKind::sha256);
    digester.update(as_bytes(std::string_view(platform_)));
    Buffer record;
    for (const match::Literal& one : literals_) {
      record.clear();
      append_u32_le(record, one.id);
      record.push_back(static_cast<std::byte>(one.nocase ? 1 : 0));
      record.push_back(static_cast<std::byte>(one.bytes.size()));
      digester.update(record);
      digester.update(as_bytes(std::string_view(one.bytes)));
    }
    const Buffer digest = digester.finish();
    pack::Sha256 out{};
    std::copy_n(digest.begin(), out.size(), out.begin());
    return out;
  }

  Buffer postings() const {
    Buffer out;
    append_u32_le(out, static_cast<std::uint32_t>(postings_.size()));
    std::uint32_t end = 0;
    append_u32_le(out, end);
    for (const auto& one : postings_)
      append_u32_le(out, end += static_cast<std::uint32_t>(one.size()));
    for (const auto& one : postings_) {
      for (const pack::Posting& posting : one) {
        append_u32_le(out, posting.rule);
        append_u16_le(out, posting.sub);
        append_u16_le(out, posting.pattern);
      }
    }
    return out;
  }

  Buffer always() const {
    Buffer out;
    for (const std::uint32_t rule : always_) append_u32_le(out, rule);
    return out;
  }

 private:
  std::string platform_ = match::literals_platform();
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<match::Literal> literals_;
  std::vector<std::vector<pack::Posting>> postings_;
  std::vector<std::uint32_t> always_;
};

class Builder {
 public:
  Builder(Corpus& corpus, RuleSections& out) : corpus_(corpus), out_(out) {}

  /// One rule; a Refusal where it cannot be taken.
  void take(const Rule& rule) {
    if (const Status taken = try_rule(rule); !taken) refuse(rule.origin, taken.error().what);
  }

  Status finish(
      const pack::File* older,
      const std::function<void(std::string_view, std::uint64_t, std::uint64_t)>& progress);

 private:
  void refuse(const pack::Origin& origin, std::string reason) {
    pack::Source& source = corpus_.sources[origin.source];
    ++source.refused;
    --source.taken;
    corpus_.refusals.push_back({origin.source, origin.line, std::move(reason)});
  }

  Status try_rule(const Rule& rule);
  Result<Buffer> programs_of(const Rule& rule, const std::vector<Plan>& plans) const;
  std::vector<Plan> plans_of(const Rule& rule) const;
  void enlist(const Rule& rule, const std::vector<Plan>& plans);
  void add_index_entry() {
    append_u64_le(out_.index, out_.rules.size());
    append_u64_le(out_.index, out_.programs.size());
    append_u64_le(out_.index, out_.texts.size());
  }

  Corpus& corpus_;
  RuleSections& out_;
  std::uint32_t count_ = 0;
  std::array<SetBuilder, pack::targets> sets_;
};

std::vector<Plan> Builder::plans_of(const Rule& rule) const {
  std::vector<Plan> out(rule.subs.size());
  std::vector<double> costs(rule.subs.size(), infinity);
  for (std::size_t i = 0; i < rule.subs.size(); ++i) {
    if (const auto* body = std::get_if<Body>(&rule.subs[i])) out[i] = plan_of(*body);
    if (std::holds_alternative<pack::FuzzyImage>(rule.subs[i])) out[i].cost = picture_cost;
    costs[i] = out[i].cost;
  }
  // What is no pattern is met where its trigger is.
  for (std::size_t i = 0; i < rule.subs.size(); ++i) {
    if (const auto* compare = std::get_if<pack::ByteCompare>(&rule.subs[i])) {
      if (compare->trigger < out.size()) out[i].cost = costs[compare->trigger];
    } else if (std::holds_alternative<pack::MacroUse>(rule.subs[i]) && i > 0) {
      out[i].cost = costs[i - 1];
    } else if (const auto* regex = std::get_if<pack::RegexUse>(&rule.subs[i])) {
      const auto needed = match::cover(regex->trigger, costs);
      if (!needed) continue;
      out[i].cost = 0;
      for (const std::uint32_t sub : *needed) out[i].cost += costs[sub];
    }
  }
  return out;
}

Result<Buffer> Builder::programs_of(const Rule& rule, const std::vector<Plan>& plans) const {
  std::vector<Buffer> code;
  std::vector<std::uint16_t> first{0};
  for (std::size_t i = 0; i < rule.subs.size(); ++i) {
    if (const auto* body = std::get_if<Body>(&rule.subs[i])) {
      if (plans[i].anchors.size() != body->patterns.size()) {
        return fail(ErrorKind::bad_input, "a pattern without one exact byte would match anywhere");
      }
      for (std::size_t k = 0; k < body->patterns.size(); ++k) {
        code.push_back(ANTIDOTARY_TRY(match::compile(body->patterns[k], plans[i].anchors[k])));
      }
    }
    first.push_back(static_cast<std::uint16_t>(code.size()));
  }
  Buffer out;
  append_u16_le(out, static_cast<std::uint16_t>(rule.subs.size()));
  for (const std::uint16_t one : first) append_u16_le(out, one);
  std::uint32_t end = 0;
  for (const Buffer& one : code) append_u32_le(out, end += static_cast<std::uint32_t>(one.size()));
  for (const Buffer& one : code) out.insert(out.end(), one.begin(), one.end());
  return out;
}

/// The subsignatures by whose literals a rule is met; those that stand for others by their trigger.
void collect(const Rule& rule, std::uint32_t sub, const std::vector<Plan>& plans,
             std::vector<bool>& out, std::size_t depth = 0) {
  if (sub >= rule.subs.size() || depth > match::subs_max) return;
  if (std::holds_alternative<Body>(rule.subs[sub]) ||
      std::holds_alternative<pack::FuzzyImage>(rule.subs[sub])) {
    out[sub] = true;
  } else if (const auto* compare = std::get_if<pack::ByteCompare>(&rule.subs[sub])) {
    collect(rule, compare->trigger, plans, out, depth + 1);
  } else if (std::holds_alternative<pack::MacroUse>(rule.subs[sub]) && sub > 0) {
    collect(rule, sub - 1, plans, out, depth + 1);
  } else if (const auto* regex = std::get_if<pack::RegexUse>(&rule.subs[sub])) {
    std::vector<double> costs;
    for (std::size_t i = 0; i < plans.size(); ++i) {
      costs.push_back(std::holds_alternative<Body>(rule.subs[i]) ? plans[i].cost : infinity);
    }
    if (const auto needed = match::cover(regex->trigger, costs)) {
      for (const std::uint32_t one : *needed) collect(rule, one, plans, out, depth + 1);
    }
  }
}

void Builder::enlist(const Rule& rule, const std::vector<Plan>& plans) {
  SetBuilder& set = sets_[static_cast<std::size_t>(rule.conditions.target)];
  std::vector<double> costs;
  for (const Plan& plan : plans) costs.push_back(plan.cost);
  const auto needed = match::cover(rule.expr, costs);
  if (!needed) {
    set.always(count_);
    return;
  }
  std::vector<bool> sought(rule.subs.size(), false);
  for (const std::uint32_t sub : *needed) collect(rule, sub, plans, sought);
  for (std::size_t sub = 0; sub < sought.size(); ++sub) {
    if (!sought[sub]) continue;
    if (std::holds_alternative<pack::FuzzyImage>(rule.subs[sub])) {
      // Only pictures can show it: no other object is asked, whatever the rule's target.
      const bool any = rule.conditions.target == pack::Target::any;
      sets_[static_cast<std::size_t>(any ? pack::Target::graphics : rule.conditions.target)].always(
          count_);
      continue;
    }
    const auto& patterns = std::get<Body>(rule.subs[sub]).patterns;
    for (std::size_t k = 0; k < patterns.size(); ++k) {
      set.add(plans[sub].anchors[k], patterns[k].nocase,
              {count_, static_cast<std::uint16_t>(sub), static_cast<std::uint16_t>(k)});
    }
  }
}

Status Builder::try_rule(const Rule& rule) {
  for (const pack::Subsignature& sub : rule.subs) {
    const auto* regex = std::get_if<pack::RegexUse>(&sub);
    if (regex == nullptr) continue;
    const auto compiled = match::Regex::compile(regex->regex, pack::regex_options(regex->flags));
    if (!compiled) return tl::unexpected(compiled.error());
  }
  const std::vector<Plan> plans = plans_of(rule);
  const Buffer programs = ANTIDOTARY_TRY(programs_of(rule, plans));
  const Buffer code = ANTIDOTARY_TRY(pack::encode(rule));
  const auto* body = rule.subs.empty() ? nullptr : std::get_if<Body>(&rule.subs[0]);
  const bool macro = body != nullptr && body->offset.kind == pack::Offset::Kind::macro_group;
  if (macro) {
    append_u32_le(out_.macros, body->offset.number);
    append_u32_le(out_.macros, count_);
  } else {
    enlist(rule, plans);
  }
  add_index_entry();
  out_.rules.insert(out_.rules.end(), code.begin(), code.end());
  out_.programs.insert(out_.programs.end(), programs.begin(), programs.end());
  const Bytes text = as_bytes(std::string_view(rule.text));
  out_.texts.insert(out_.texts.end(), text.begin(), text.end());
  ++count_;
  return {};
}

Status Builder::finish(
    const pack::File* older,
    const std::function<void(std::string_view, std::uint64_t, std::uint64_t)>& progress) {
  if (count_ > 0) add_index_entry();  // where the last one ends
  std::vector<std::size_t> due;
  for (std::size_t target = 0; target < pack::targets; ++target) {
    RuleSections::Set& set = out_.sets[target];
    set.always = sets_[target].always();
    if (sets_[target].literals().empty()) continue;
    set.postings = sets_[target].postings();
    set.literals_inputs = sets_[target].inputs();
    const std::string name = pack::sections::literals(target);
    if (older != nullptr) {
      for (const pack::File::Section& section : older->sections()) {
        if (section.name == name && section.inputs == set.literals_inputs) {
          set.literals = to_buffer(section.bytes);
        }
      }
    }
    if (set.literals.empty()) due.push_back(target);
  }
  // The largest first, on two threads: each set is compiled alone.
  std::sort(due.begin(), due.end(), [this](std::size_t a, std::size_t b) {
    return sets_[a].literals().size() > sets_[b].literals().size();
  });
  std::vector<Status> done(due.size());
  const auto compile = [&](std::size_t i) {
    auto image = match::compile_literals(sets_[due[i]].literals());
    if (image) {
      out_.sets[due[i]].literals = std::move(*image);
    } else {
      done[i] = tl::unexpected(image.error());
    }
  };
  if (progress) progress("compiling literals", 0, due.size());
  std::thread other([&] {
    if (!due.empty()) compile(0);
  });
  for (std::size_t i = 1; i < due.size(); ++i) compile(i);
  other.join();
  for (const Status& one : done) ANTIDOTARY_CHECK(one);
  return {};
}

}  // namespace

Result<RuleSections> build_rules(
    Corpus& corpus, const Ignored& ignored, const pack::File* older,
    const std::function<void(std::string_view, std::uint64_t, std::uint64_t)>& progress) {
  RuleSections out;
  Builder builder(corpus, out);
  for (std::size_t i = 0; i < corpus.rules.size(); ++i) {
    const Rule rule = ANTIDOTARY_TRY(corpus.rules.at(i));
    if (!ignored.has(rule.name, rule.text)) builder.take(rule);
    if (progress && i % 10'000 == 0) progress("compiling rules", i, corpus.rules.size());
  }
  ANTIDOTARY_CHECK(builder.finish(older, progress));
  return out;
}

}  // namespace antidotary::signatures
