#include "pack/pack.h"

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "core/record.h"
#include "pack/rule_code.h"
#include "pack/section_names.h"

namespace antidotary::pack {
namespace {

constexpr std::size_t scopes = 3;
constexpr std::size_t roles = 2;
constexpr std::string_view unofficial = ".UNOFFICIAL";

/// A person is told what to do, and what was seen for whoever wants to know.
Error damaged(const Error& error, std::string_view section) {
  if (error.kind != ErrorKind::malformed && error.kind != ErrorKind::truncated) return error;
  return {error.kind,
          fmt::format("its section '{}' is damaged ({}): build it again", section, error.what),
          error.offset};
}

template <class T>
Result<T> record_of(const File& file, std::string_view section) {
  const Bytes bytes = file.section(section);
  if (bytes.empty()) return T{};
  auto out = from_wire<T>(bytes);
  if (!out) return tl::unexpected(damaged(out.error(), section));
  return out;
}

/// What `read` makes of a section.
template <class Read>
auto read_section(const File& file, std::string_view section, const Read& read)
    -> decltype(read(Bytes{})) {
  auto out = read(file.section(section));
  if (!out) return tl::unexpected(damaged(out.error(), section));
  return out;
}

}  // namespace

struct Pack::State {
  File file;
  std::vector<Source> sources;
  Names names;
  std::array<match::DigestTable, digest_kinds.size() * scopes * roles> digests;
  std::array<RuleSet, targets> sets;
  Bytes index;
  Bytes rules;
  Bytes programs;
  Bytes texts;
  Bytes macros;
  std::vector<MemberRule> members;
  std::vector<Magic> magics;
  std::vector<Icon> icons;

  static std::size_t place(DigestKind kind, Scope scope, Role role) {
    return (static_cast<std::size_t>(kind) * scopes + static_cast<std::size_t>(scope)) * roles +
           static_cast<std::size_t>(role);
  }

  Status open_digests();
  Status open_rules(const PageAdvice& advice);
  /// Entry `field` (0: record, 1: programs, 2: text) of a rule's index, and where it ends.
  Result<Bytes> part(std::uint32_t rule, std::size_t field, Bytes section) const;
};

Status Pack::State::open_digests() {
  for (const DigestKind kind : digest_kinds) {
    for (const Scope scope : {Scope::file, Scope::section, Scope::imports}) {
      for (const Role role : {Role::detect, Role::allow}) {
        const Bytes section = file.section(sections::digests(kind, scope, role));
        auto table = match::DigestTable::open(section);
        if (!table) {
          return tl::unexpected(damaged(table.error(), sections::digests(kind, scope, role)));
        }
        digests[place(kind, scope, role)] = std::move(*table);
      }
    }
  }
  return {};
}

Status Pack::State::open_rules(const PageAdvice& advice) {
  index = file.section(sections::rule_index);
  rules = file.section(sections::rules);
  programs = file.section(sections::programs);
  texts = file.section(sections::texts);
  macros = file.section(sections::macros);
  // One entry more than rules, which says where the last one ends.
  const bool whole = index.empty() || (index.size() % sections::rule_index_bytes == 0 &&
                                       index.size() >= sections::rule_index_bytes);
  if (!whole) return fail(ErrorKind::malformed, "an index of rules that is cut");
  for (std::size_t target = 0; target < targets; ++target) {
    const Bytes postings = file.section(sections::postings(target));
    const Bytes always = file.section(sections::always(target));
    auto set = RuleSet::open(file.section(sections::literals(target)), postings, always, advice);
    if (!set) return tl::unexpected(damaged(set.error(), sections::literals(target)));
    sets[target] = std::move(*set);
    advice.forget(postings);
  }
  return {};
}

Result<Bytes> Pack::State::part(std::uint32_t rule, std::size_t field, Bytes section) const {
  const std::uint64_t at = std::uint64_t{rule} * sections::rule_index_bytes + field * 8;
  if (at + sections::rule_index_bytes + 8 > index.size()) {
    return fail(ErrorKind::malformed, "a rule that is not there");
  }
  const std::uint64_t begin = load_u64_le(index, static_cast<std::size_t>(at));
  const std::uint64_t end =
      load_u64_le(index, static_cast<std::size_t>(at) + sections::rule_index_bytes);
  if (begin > end || end > section.size()) {
    return fail(ErrorKind::malformed, "an index of rules that is damaged");
  }
  return section.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

Pack::Pack(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pack::Pack(Pack&&) noexcept = default;
Pack& Pack::operator=(Pack&&) noexcept = default;
Pack::~Pack() = default;

Result<Pack> Pack::open(Bytes file, const PageAdvice& advice) {
  auto state = std::make_unique<State>();
  state->file = ANTIDOTARY_TRY(File::open(file));
  const File& sections_of = state->file;
  state->sources = ANTIDOTARY_TRY(record_of<std::vector<Source>>(sections_of, sections::sources));
  state->names = ANTIDOTARY_TRY(read_section(sections_of, sections::names, &Names::open));
  ANTIDOTARY_CHECK(state->open_digests());
  // Where one byte was read a kernel may have mapped two megabytes.
  advice.forget(file);
  ANTIDOTARY_CHECK(state->open_rules(advice));
  state->members =
      ANTIDOTARY_TRY(read_section(sections_of, sections::members, &decode_member_rules));
  state->magics = ANTIDOTARY_TRY(read_section(sections_of, sections::magics, &decode_magics));
  state->icons = ANTIDOTARY_TRY(read_section(sections_of, sections::icons, &decode_icons));
  advice.forget(file);
  return Pack(std::move(state));
}

const File& Pack::file() const { return state_->file; }
const std::vector<Source>& Pack::sources() const { return state_->sources; }

Result<std::vector<Refusal>> Pack::refusals() const {
  return record_of<std::vector<Refusal>>(state_->file, sections::refusals);
}

Result<Recipe> Pack::recipe() const { return record_of<Recipe>(state_->file, sections::recipe); }

const match::DigestTable& Pack::digests(DigestKind kind, Scope scope, Role role) const {
  return state_->digests[State::place(kind, scope, role)];
}

Result<Names::Name> Pack::digest_name(std::uint32_t tag) const {
  Names::Name out = ANTIDOTARY_TRY(state_->names.at(tag));
  out.text = shown_name(out.text, {out.source, 0});
  return out;
}

std::uint32_t Pack::rule_count() const {
  const std::size_t entries = state_->index.size() / sections::rule_index_bytes;
  return entries == 0 ? 0 : static_cast<std::uint32_t>(entries - 1);
}

Result<Rule> Pack::rule(std::uint32_t number) const {
  return decode_rule(ANTIDOTARY_TRY(state_->part(number, 0, state_->rules)));
}

Result<std::string> Pack::rule_text(std::uint32_t number) const {
  return to_string(ANTIDOTARY_TRY(state_->part(number, 2, state_->texts)));
}

// A rule's programs: subsignatures u16, for each the number of its first program u16 (and one
// more), then for each program where it ends u32, counted from behind that table; then the code.
Result<Bytes> Pack::program(std::uint32_t rule, std::uint32_t sub, std::uint32_t pattern) const {
  const Bytes table = ANTIDOTARY_TRY(state_->part(rule, 1, state_->programs));
  const auto missing = [] { return fail(ErrorKind::malformed, "a program that is not there"); };
  if (table.size() < 4) return missing();
  const std::size_t subs = load_u16_le(table, 0);
  const std::size_t ends = 2 + (subs + 1) * 2;
  if (sub >= subs || table.size() < ends) return missing();
  const std::size_t first = load_u16_le(table, 2 + std::size_t{sub} * 2);
  const std::size_t next = load_u16_le(table, 4 + std::size_t{sub} * 2);
  const std::size_t all = load_u16_le(table, ends - 2);
  const std::size_t number = first + pattern;
  const std::size_t code = ends + all * 4;
  if (number >= next || next > all || table.size() < code) return missing();
  const std::size_t begin = number == 0 ? 0 : load_u32_le(table, ends + (number - 1) * 4);
  const std::size_t end = load_u32_le(table, ends + number * 4);
  if (begin > end || end > table.size() - code) return missing();
  return table.subspan(code + begin, end - begin);
}

const RuleSet& Pack::rules_for(Target target) const {
  return state_->sets[static_cast<std::size_t>(target) % targets];
}

std::vector<std::uint32_t> Pack::macro_members(std::uint32_t group) const {
  std::vector<std::uint32_t> out;
  for (std::size_t at = 0; at + 8 <= state_->macros.size(); at += 8) {
    if (load_u32_le(state_->macros, at) == group) {
      out.push_back(load_u32_le(state_->macros, at + 4));
    }
  }
  return out;
}

std::string Pack::shown_name(const std::string& name, const Origin& origin) const {
  const bool official =
      origin.source < state_->sources.size() && state_->sources[origin.source].official;
  return official ? name : name + std::string(unofficial);
}

const std::vector<MemberRule>& Pack::member_rules() const { return state_->members; }
const std::vector<Magic>& Pack::magics() const { return state_->magics; }
const std::vector<Icon>& Pack::icons() const { return state_->icons; }
Bytes Pack::yara() const { return state_->file.section(sections::yara); }

Result<std::vector<YaraText>> Pack::yara_texts() const {
  return record_of<std::vector<YaraText>>(state_->file, sections::yara_texts);
}

Result<std::vector<IgnoredName>> Pack::ignored() const {
  return record_of<std::vector<IgnoredName>>(state_->file, sections::ignored);
}

Result<Documents> Pack::encyclopedia() const {
  auto files = ANTIDOTARY_TRY(
      record_of<std::vector<EncyclopediaFile>>(state_->file, sections::encyclopedia));
  Documents out;
  for (EncyclopediaFile& one : files) out.emplace_back(std::move(one.path), std::move(one.text));
  return out;
}

Result<std::vector<Named>> Pack::find_by_name(std::string_view name) const {
  const bool whole = name.ends_with(unofficial);
  const std::string_view bare = whole ? name.substr(0, name.size() - unofficial.size()) : name;
  const auto is_meant = [&](std::string_view one) { return one == name || one == bare; };
  std::vector<Named> out;
  for (std::uint32_t number = 0; number < rule_count(); ++number) {
    const Rule one = ANTIDOTARY_TRY(rule(number));
    if (!is_meant(one.name)) continue;
    out.push_back({Named::Kind::rule, number, one.origin, shown_name(one.name, one.origin)});
  }
  for (std::uint32_t number = 0; number < state_->members.size(); ++number) {
    const MemberRule& one = state_->members[number];
    if (!is_meant(one.name)) continue;
    out.push_back({Named::Kind::member_rule, number, one.origin, shown_name(one.name, one.origin)});
  }
  // A name may be kept although all its digests were ignored: what no row reports is not here.
  const std::vector<std::uint32_t> tags = ANTIDOTARY_TRY(state_->names.find({name, bare}));
  std::vector<bool> used(tags.size(), false);
  for (const match::DigestTable& table : state_->digests) {
    for (std::uint64_t i = 0; i < table.count() && !tags.empty(); ++i) {
      const auto place = std::lower_bound(tags.begin(), tags.end(), table.row(i).tag);
      if (place == tags.end() || *place != table.row(i).tag) continue;
      used[static_cast<std::size_t>(place - tags.begin())] = true;
    }
  }
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (!used[i]) continue;
    const Names::Name one = ANTIDOTARY_TRY(digest_name(tags[i]));
    out.push_back({Named::Kind::digest, tags[i], {one.source, 0}, one.text});
  }
  return out;
}

std::vector<DigestEntry> Pack::digests_of(std::uint32_t tag) const {
  std::vector<DigestEntry> out;
  for (const DigestKind kind : digest_kinds) {
    for (const Scope scope : {Scope::file, Scope::section, Scope::imports}) {
      for (const Role role : {Role::detect, Role::allow}) {
        const match::DigestTable& table = digests(kind, scope, role);
        for (std::uint64_t i = 0; i < table.count(); ++i) {
          const match::DigestRow row = table.row(i);
          if (row.tag == tag) out.push_back({kind, scope, role, row});
        }
      }
    }
  }
  return out;
}

}  // namespace antidotary::pack
