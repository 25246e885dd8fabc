// PackSample: packs for this room's tests, made without the compilers of signatures. Each pattern
// is sought by its best anchor; a rule is met where any of its patterns' anchors stand, or always.
#pragma once

#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/reader.h"
#include "core/record.h"
#include "match/literals.h"
#include "match/program.h"
#include "pack/file.h"
#include "pack/names.h"
#include "pack/pack.h"
#include "pack/rule_code.h"
#include "pack/section_names.h"

namespace antidotary::pack {

class PackSample {
 public:
  std::vector<Source> sources = {{"sample.ldb", "ldb", "", 0, 0, 0, true}};
  std::vector<MemberRule> member_rules;

  static match::Pattern text(std::string_view bytes) {
    match::Pattern out;
    out.parts.emplace_back();
    for (const char one : bytes) {
      out.parts[0].units.push_back(match::Position{static_cast<std::uint8_t>(one)});
    }
    return out;
  }
  static Body body(std::string_view bytes, const Offset& offset = {}) {
    return {offset, {text(bytes)}};
  }
  /// A rule of these subsignatures, all of which must be hit.
  static Rule rule(std::string name, std::vector<Subsignature> subs, Target target = Target::any) {
    Rule out;
    out.name = std::move(name);
    out.conditions.target = target;
    out.expr.op = match::Expr::Op::all;
    for (std::uint32_t i = 0; i < subs.size(); ++i) {
      match::Expr leaf;
      leaf.index = i;
      out.expr.kids.push_back(leaf);
    }
    if (subs.size() == 1) out.expr = match::Expr{};
    out.subs = std::move(subs);
    return out;
  }

  void digest(DigestKind kind, Bytes of, std::string_view name, Scope scope = Scope::file,
              Role role = Role::detect, std::uint32_t size = 0) {
    Digester digester(kind);
    digester.update(of);
    const Buffer full = digester.finish();
    match::DigestRow row;
    std::copy_n(full.begin(), row.key.size(), row.key.begin());
    row.size = size;
    row.tag = names_.add(name, 0);
    digests_[sections::digests(kind, scope, role)].push_back(row);
  }

  void add(const Rule& rule, bool always = false) {
    begin_rule();
    append(rules_, encode(rule).value());
    std::vector<Buffer> code;
    std::vector<std::uint16_t> first{0};
    Set& set = sets_[static_cast<std::size_t>(rule.conditions.target)];
    for (std::uint16_t sub = 0; sub < rule.subs.size(); ++sub) {
      if (const auto* one = std::get_if<Body>(&rule.subs[sub])) {
        for (std::uint16_t k = 0; k < one->patterns.size(); ++k) {
          const match::Anchor anchor = match::anchors(one->patterns[k]).at(0);
          code.push_back(match::compile(one->patterns[k], anchor).value());
          const bool macro = one->offset.kind == Offset::Kind::macro_group;
          if (always || macro) continue;
          set.postings[{anchor.bytes, one->patterns[k].nocase}].push_back({count_, sub, k});
        }
        if (one->offset.kind == Offset::Kind::macro_group) {
          append_u32_le(macros_, one->offset.number);
          append_u32_le(macros_, count_);
        }
      }
      first.push_back(static_cast<std::uint16_t>(code.size()));
    }
    if (always) append_u32_le(set.always, count_);
    append_u16_le(programs_, static_cast<std::uint16_t>(rule.subs.size()));
    for (const std::uint16_t one : first) append_u16_le(programs_, one);
    std::uint32_t end = 0;
    for (const Buffer& one : code) {
      append_u32_le(programs_, end += static_cast<std::uint32_t>(one.size()));
    }
    for (const Buffer& one : code) append(programs_, one);
    append(texts_, as_bytes(std::string_view(rule.text)));
    ++count_;
  }

  Buffer finish() && {
    FileWriter writer;
    if (count_ > 0) begin_rule();  // where the last one ends
    writer.add(std::string(sections::sources), to_wire(sources));
    for (auto& [name, rows] : digests_) {
      writer.add(name, match::build_digest_table(std::move(rows)));
    }
    writer.add(std::string(sections::names), std::move(names_).finish());
    writer.add(std::string(sections::rule_index), std::move(index_));
    writer.add(std::string(sections::rules), std::move(rules_));
    writer.add(std::string(sections::programs), std::move(programs_));
    writer.add(std::string(sections::texts), std::move(texts_));
    writer.add(std::string(sections::macros), std::move(macros_));
    for (auto& [target, set] : sets_) add_set(writer, target, set);
    writer.add(std::string(sections::members), encode(member_rules));
    return std::move(writer).finish().value();
  }

 private:
  struct Set {
    std::map<std::pair<std::string, bool>, std::vector<Posting>> postings;
    Buffer always;
  };

  static void append(Buffer& out, Bytes bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
  }

  void begin_rule() {
    append_u64_le(index_, rules_.size());
    append_u64_le(index_, programs_.size());
    append_u64_le(index_, texts_.size());
  }

  static void add_set(FileWriter& writer, std::size_t target, Set& set) {
    std::vector<match::Literal> literals;
    Buffer ends;
    Buffer records;
    append_u32_le(ends, 0);
    for (const auto& [key, postings] : set.postings) {
      literals.push_back({key.first, key.second, static_cast<std::uint32_t>(literals.size())});
      for (const Posting& one : postings) {
        append_u32_le(records, one.rule);
        append_u16_le(records, one.sub);
        append_u16_le(records, one.pattern);
      }
      append_u32_le(ends, static_cast<std::uint32_t>(records.size() / Postings::record_bytes));
    }
    if (!literals.empty()) {
      Buffer section;
      append_u32_le(section, static_cast<std::uint32_t>(literals.size()));
      append(section, ends);
      append(section, records);
      writer.add(sections::literals(target), match::compile_literals(literals).value());
      writer.add(sections::postings(target), std::move(section));
    }
    if (!set.always.empty()) writer.add(sections::always(target), std::move(set.always));
  }

  NamesBuilder names_;
  std::map<std::string, std::vector<match::DigestRow>> digests_;
  std::map<std::size_t, Set> sets_;
  Buffer index_;
  Buffer rules_;
  Buffer programs_;
  Buffer texts_;
  Buffer macros_;
  std::uint32_t count_ = 0;
};

}  // namespace antidotary::pack
