#include "signatures/build.h"

#include <algorithm>
#include <map>

#include "core/record.h"
#include "pack/rule_code.h"
#include "pack/section_names.h"
#include "signatures/build_rules.h"
#include "signatures/ignored.h"
#include "signatures/sources.h"
#include "signatures/yara/compile.h"

namespace antidotary::signatures {
namespace {

namespace sections = pack::sections;

/// Rows of ignored names go; what is left becomes a table.
Buffer table_of(std::vector<match::DigestRow>&& rows, const pack::Names& names,
                const Ignored& ignored) {
  if (!ignored.empty()) {
    std::erase_if(rows, [&](const match::DigestRow& row) {
      const auto name = names.at(row.tag);
      return name && ignored.has(name->text);
    });
  }
  return match::build_digest_table(std::move(rows));
}

void take_yara(Corpus& corpus, const yara::Compiled& compiled) {
  for (std::size_t i = 0; i < compiled.taken.size() && i < corpus.sources.size(); ++i) {
    corpus.sources[i].taken += compiled.taken[i];
  }
  std::map<std::uint32_t, std::size_t> shown;
  for (const pack::Refusal& one : compiled.refusals) {
    if (one.source < corpus.sources.size()) {
      ++corpus.sources[one.source].refused;
      if (one.line == 0) corpus.sources[one.source].format = broken_format;
    }
    if (++shown[one.source] <= corpus.options().refusals_shown_max) corpus.refusals.push_back(one);
  }
}

void add_rules(pack::FileWriter& writer, RuleSections&& rules) {
  writer.add(std::string(sections::rule_index), std::move(rules.index));
  writer.add(std::string(sections::rules), std::move(rules.rules));
  writer.add(std::string(sections::programs), std::move(rules.programs));
  writer.add(std::string(sections::texts), std::move(rules.texts));
  writer.add(std::string(sections::macros), std::move(rules.macros));
  for (std::size_t target = 0; target < pack::targets; ++target) {
    RuleSections::Set& set = rules.sets[target];
    if (!set.literals.empty()) {
      writer.add(sections::literals(target), std::move(set.literals), set.literals_inputs);
      writer.add(sections::postings(target), std::move(set.postings));
    }
    if (!set.always.empty()) writer.add(sections::always(target), std::move(set.always));
  }
}

}  // namespace

Result<Buffer> build(Corpus&& corpus, const BuildOptions& options) {
  const auto tell = [&](std::string_view what) {
    if (options.progress) options.progress(what, 0, 0);
  };
  const Ignored ignored(corpus.ignores);
  std::erase_if(corpus.member_rules,
                [&](const pack::MemberRule& rule) { return ignored.has(rule.name); });
  tell("compiling rules");
  RuleSections rules =
      ANTIDOTARY_TRY(build_rules(corpus, ignored, options.older, options.progress));
  corpus.rules = {};
  tell("compiling YARA rules");
  yara::Compiled compiled = ANTIDOTARY_TRY(yara::compile(yara::input_of(corpus)));
  take_yara(corpus, compiled);

  pack::FileWriter writer;
  tell("sorting digests");
  Buffer names_section = std::move(corpus.names).finish();
  const pack::Names names = ANTIDOTARY_TRY(pack::Names::open(names_section));
  std::sort(corpus.digests.begin(), corpus.digests.end(), [](const auto& a, const auto& b) {
    return std::tie(a.kind, a.scope, a.role) < std::tie(b.kind, b.scope, b.role);
  });
  std::vector<std::pair<std::string, Buffer>> tables;
  for (Corpus::DigestRows& one : corpus.digests) {
    tables.emplace_back(sections::digests(one.kind, one.scope, one.role),
                        table_of(std::move(one.rows), names, ignored));
  }
  writer.add(std::string(sections::sources), to_wire(corpus.sources));
  writer.add(std::string(sections::refusals), to_wire(corpus.refusals));
  writer.add(std::string(sections::recipe), to_wire(corpus.recipe));
  for (auto& [name, table] : tables) writer.add(name, std::move(table));
  writer.add(std::string(sections::names), std::move(names_section));
  add_rules(writer, std::move(rules));
  writer.add(std::string(sections::members), pack::encode(corpus.member_rules));
  writer.add(std::string(sections::magics), ANTIDOTARY_TRY(pack::encode(corpus.magics)));
  writer.add(std::string(sections::icons), pack::encode(corpus.icons));
  std::erase_if(corpus.passwords, [&](const pack::Password& one) { return ignored.has(one.name); });
  const bool any_links = !corpus.links.rules.empty() || !corpus.links.digests.empty();
  if (any_links) writer.add(std::string(sections::links), to_wire(corpus.links));
  if (!corpus.passwords.empty()) {
    writer.add(std::string(sections::passwords), to_wire(corpus.passwords));
  }
  if (!compiled.section.empty()) {
    writer.add(std::string(sections::yara), std::move(compiled.section));
  }
  if (!compiled.rules.empty()) {
    writer.add(std::string(sections::yara_texts), to_wire(compiled.rules));
  }
  std::vector<pack::IgnoredName> names_ignored;
  for (const Corpus::Ignore& one : corpus.ignores) {
    names_ignored.push_back({one.name, one.line_md5, one.source});
  }
  if (!names_ignored.empty()) writer.add(std::string(sections::ignored), to_wire(names_ignored));
  std::vector<pack::EncyclopediaFile> files;
  for (auto& [path, text] : corpus.encyclopedia) files.push_back({path, text});
  if (!files.empty()) writer.add(std::string(sections::encyclopedia), to_wire(files));
  tell("writing");
  return std::move(writer).finish(options.signing_key);
}

}  // namespace antidotary::signatures
