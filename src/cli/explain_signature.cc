#include "cli/explain_signature.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <set>

#include "core/text.h"
#include "entries/names.h"
#include "match/logic.h"
#include "match/pattern.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"
#include "signatures/clamav/subsignature.h"

namespace antidotary::cli {
namespace {

using pack::Conditions;
using pack::Offset;

std::string_view target_name(pack::Target target) {
  static constexpr std::array<std::string_view, pack::targets> names = {"any object",
                                                                        "Windows programs (PE)",
                                                                        "OLE2 documents",
                                                                        "HTML, normalised",
                                                                        "mail",
                                                                        "pictures",
                                                                        "ELF programs",
                                                                        "text, normalised",
                                                                        "nothing (unused)",
                                                                        "Mach-O programs",
                                                                        "PDF documents",
                                                                        "Flash",
                                                                        "Java classes",
                                                                        "internal types",
                                                                        "other objects"};
  return names[static_cast<std::size_t>(target) % names.size()];
}

std::string signed_text(std::int64_t shift) {
  return shift == 0 ? "" : fmt::format(" {} {}", shift < 0 ? '-' : '+', shift < 0 ? -shift : shift);
}

std::string place_of(const Offset& offset) {
  std::string out;
  switch (offset.kind) {
    case Offset::Kind::any:
      return "anywhere";
    case Offset::Kind::start:
      out = fmt::format("at offset {}", offset.shift);
      break;
    case Offset::Kind::end:
      out = fmt::format("{} bytes before the end", -offset.shift);
      break;
    case Offset::Kind::entry_point:
      out = "at the entry point" + signed_text(offset.shift);
      break;
    case Offset::Kind::section:
      out = fmt::format("at the start of section {}", offset.number) + signed_text(offset.shift);
      break;
    case Offset::Kind::section_end:
      return fmt::format("in section {}", offset.number);
    case Offset::Kind::last_section:
      out = "at the start of the last section" + signed_text(offset.shift);
      break;
    case Offset::Kind::version_info:
      return "in the version information";
    case Offset::Kind::macro_group:
      return fmt::format("as a member of macro group {}", offset.number);
  }
  if (offset.slack > 0) out += fmt::format(", or up to {} bytes later", offset.slack);
  return out;
}

std::string range_text(const pack::Range& range) {
  if (range.max == match::unbounded) return fmt::format("{} or more", range.min);
  if (range.min == range.max) return std::to_string(range.min);
  return fmt::format("{} to {}", range.min, range.max);
}

/// The patterns' own text, parsed again from the line that the pack keeps.
std::string patterns_text(const pack::Rule& rule, const std::string& line, std::size_t sub) {
  const bool logical = line.find(';') != std::string::npos;
  std::vector<match::Pattern> patterns;
  if (logical) {
    const auto fields = signatures::clamav::split_subsignatures(line);
    if (fields.size() <= sub + 3) return "";
    const auto parsed =
        signatures::clamav::parse_subsignature(fields[sub + 3], rule.conditions.target);
    if (!parsed) return "";
    if (const auto* body = std::get_if<pack::Body>(&*parsed)) patterns = body->patterns;
  } else {
    const auto fields = signatures::clamav::split(line, ':');
    const std::size_t equals = line.find('=');
    const std::string_view hex = fields.size() >= 4 ? fields[3]
                                 : equals == std::string::npos
                                     ? std::string_view{}
                                     : std::string_view(line).substr(equals + 1);
    if (auto parsed = signatures::clamav::parse_body(hex, "")) patterns = std::move(*parsed);
  }
  std::string out;
  for (const match::Pattern& pattern : patterns) {
    if (!out.empty()) out += "\n      or ";
    out += match::describe(pattern);
  }
  return out;
}

struct DescribeSub {
  const pack::Rule& rule;
  const std::string& line;
  std::size_t number;

  std::string operator()(const pack::Body& body) const {
    return fmt::format("{}: {}", place_of(body.offset), patterns_text(rule, line, number));
  }
  std::string operator()(const pack::RegexUse& use) const {
    return fmt::format("{}: the regular expression /{}/{}, asked where {}", place_of(use.offset),
                       use.regex, use.flags, match::describe(use.trigger));
  }
  std::string operator()(const pack::ByteCompare& compare) const {
    std::string out =
        fmt::format("the number of {} bytes that stands {} bytes {} the last match of {}",
                    compare.bytes, compare.offset < 0 ? -compare.offset : compare.offset,
                    compare.offset < 0 ? "before" : "behind", compare.trigger);
    for (const auto& one : compare.comparisons) out += fmt::format(" {} {}", one.op, one.value);
    return out;
  }
  std::string operator()(const pack::FuzzyImage& image) const {
    return fmt::format("a picture that looks like {:016x}", image.hash);
  }
  std::string operator()(const pack::MacroUse& use) const {
    return fmt::format("a member of macro group {}, {} to {} bytes behind the one before",
                       use.group, use.min, use.max);
  }
};

std::string conditions_text(const Conditions& conditions) {
  std::string out = fmt::format("  looks at   {}\n", target_name(conditions.target));
  const auto add = [&out](std::string_view what, const std::string& value) {
    out += fmt::format("  {:<10} {}\n", what, value);
  };
  if (conditions.file_size) add("size", range_text(*conditions.file_size) + " bytes");
  if (conditions.entry_point) add("entry", "at " + range_text(*conditions.entry_point));
  if (conditions.sections) add("sections", range_text(*conditions.sections));
  if (!conditions.container.empty()) add("inside", conditions.container);
  if (!conditions.intermediates.empty()) add("inside", join(conditions.intermediates, " > "));
  if (!conditions.handler_type.empty()) add("then", "looks again as " + conditions.handler_type);
  if (!conditions.icon_group1.empty()) add("icon", conditions.icon_group1);
  if (!conditions.icon_group2.empty()) add("icon", conditions.icon_group2);
  return out;
}

Result<std::string> rule_text(const pack::Pack& pack, std::uint32_t number) {
  const pack::Rule rule = ANTIDOTARY_TRY(pack.rule(number));
  const std::string line = ANTIDOTARY_TRY(pack.rule_text(number));
  std::string out = conditions_text(rule.conditions);
  if (rule.subs.size() > 1 || rule.expr.count != match::Expr::Count::none) {
    out += fmt::format("  found if   {}\n", match::describe(rule.expr));
  }
  for (std::size_t i = 0; i < rule.subs.size(); ++i) {
    out += fmt::format("  {:<10} {}\n", i, std::visit(DescribeSub{rule, line, i}, rule.subs[i]));
  }
  return out;
}

/// Hostile characters escaped, line by line.
std::string escaped_lines(const std::string& text) {
  std::string out;
  for (const std::string_view line : signatures::clamav::split(text, '\n')) {
    if (!line.empty()) out += escape_for_terminal(line) + "\n";
  }
  return out;
}

std::string digest_text(const pack::Pack& pack, std::uint32_t tag) {
  static constexpr std::array<std::string_view, 3> kinds = {"MD5", "SHA-1", "SHA-256"};
  static constexpr std::array<std::string_view, 3> scopes = {"a file", "a section of a program",
                                                             "a program's list of imports"};
  std::string out;
  for (const pack::DigestEntry& one : pack.digests_of(tag)) {
    const std::string size =
        one.row.size == 0 ? "of any size" : fmt::format("of {} bytes", one.row.size);
    const bool cut = one.kind != DigestKind::md5;
    out += fmt::format(
        "  looks for  {} {} whose {} {} {}\n", scopes[static_cast<std::size_t>(one.scope)], size,
        kinds[static_cast<std::size_t>(one.kind)], cut ? "begins with" : "is", to_hex(one.row.key));
    if (one.role == pack::Role::allow) out += "  means      it is allowed: nothing in it is told\n";
  }
  return out;
}

std::string member_text(const pack::MemberRule& rule) {
  std::string out = fmt::format("  looks at   members of {}\n",
                                rule.container.empty() ? "any container" : rule.container);
  const auto add = [&out](std::string_view what, const pack::Range& range) {
    if (range.max == match::unbounded && range.min == 0) return;
    out += fmt::format("  {:<10} {}\n", what, range_text(range));
  };
  if (!rule.regex.empty()) out += fmt::format("  name       /{}/\n", rule.regex);
  add("bytes", rule.real_size);
  add("packed", rule.packed_size);
  add("container", rule.container_size);
  add("position", rule.position);
  if (rule.encrypted) out += fmt::format("  encrypted  {}\n", *rule.encrypted ? "yes" : "no");
  if (rule.checksum) out += fmt::format("  CRC-32     {:08x}\n", *rule.checksum);
  return out;
}

/// Its place as "path, line 3".
std::string read_in(const std::string& path, std::uint32_t line) {
  return line == 0 ? path : fmt::format("{}, line {}", path, line);
}

std::string source_path(const pack::Pack& pack, std::uint32_t source) {
  return source < pack.sources().size() ? pack.sources()[source].path : "?";
}

Result<SignatureText> explained(const pack::Pack& pack, const pack::Named& one) {
  SignatureText out;
  out.name = one.shown;
  out.path = source_path(pack, one.origin.source);
  out.line = one.origin.line;
  switch (one.kind) {
    case pack::Named::Kind::rule:
      out.kind = "rule";
      out.text = ANTIDOTARY_TRY(pack.rule_text(one.number));
      out.words = ANTIDOTARY_TRY(rule_text(pack, one.number));
      break;
    case pack::Named::Kind::digest:
      out.kind = "digest";
      out.words = digest_text(pack, one.number);
      break;
    case pack::Named::Kind::member_rule:
      out.kind = "member";
      out.words = member_text(pack.member_rules()[one.number]);
      break;
  }
  return out;
}

bool is_name_byte(char one) {
  return std::isalnum(static_cast<unsigned char>(one)) != 0 || one == '.' || one == '_' ||
         one == '-';
}

/// Whether `name` stands in `text` as a word.
bool names_it(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    const bool begins = at == 0 || !is_name_byte(text[at - 1]);
    const std::size_t end = at + name.size();
    if (begins && (end == text.size() || !is_name_byte(text[end]))) return true;
  }
  return false;
}

std::string_view without(std::string_view name, std::string_view ending) {
  return name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
}

/// The names that a signature has in lists: without what reports put before and behind it.
std::vector<std::string_view> bare_names(std::string_view name) {
  constexpr std::string_view yara_prefix = "YARA.";
  std::vector<std::string_view> out = {name};
  const std::string_view bare = without(name, ".UNOFFICIAL");
  if (bare != name) out.push_back(bare);
  if (bare.starts_with(yara_prefix)) out.push_back(bare.substr(yara_prefix.size()));
  return out;
}

bool is_one_of(std::string_view name, const std::vector<std::string_view>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Every name in the pack that is shown to anybody, the digests' up to a number.
Status each_name(const pack::Pack& pack, const std::function<void(const std::string&)>& tell) {
  constexpr std::uint64_t digests_max = 1'000'000;
  for (std::uint32_t number = 0; number < pack.rule_count(); ++number) {
    const pack::Rule rule = ANTIDOTARY_TRY(pack.rule(number));
    tell(pack.shown_name(rule.name, rule.origin));
  }
  for (const pack::MemberRule& rule : pack.member_rules()) {
    tell(pack.shown_name(rule.name, rule.origin));
  }
  for (const pack::YaraText& rule : ANTIDOTARY_TRY(pack.yara_texts())) tell(rule.shown);
  for (const DigestKind kind : digest_kinds) {
    for (const auto scope : {pack::Scope::file, pack::Scope::section, pack::Scope::imports}) {
      const auto& table = pack.digests(kind, scope, pack::Role::detect);
      for (std::uint64_t i = 0; i < std::min(table.count(), digests_max); ++i) {
        if (const auto name = pack.digest_name(table.row(i).tag)) tell(name->text);
      }
    }
  }
  return {};
}

}  // namespace

Result<std::vector<SignatureText>> explain_signature(const pack::Pack& pack,
                                                     const std::string& name) {
  std::vector<SignatureText> out;
  for (const pack::Named& one : ANTIDOTARY_TRY(pack.find_by_name(name))) {
    out.push_back(ANTIDOTARY_TRY(explained(pack, one)));
  }
  const auto names = bare_names(name);
  const auto ignored = ANTIDOTARY_TRY(pack.ignored());
  for (pack::YaraText& rule : ANTIDOTARY_TRY(pack.yara_texts())) {
    if (!is_one_of(rule.name, names)) continue;
    SignatureText one{rule.shown, "yara", rule.path, rule.line, rule.text, ""};
    const std::string source = source_path(pack, rule.source);
    if (source != rule.path) one.words = fmt::format("  included by {}\n", source);
    if (rule.text.empty()) one.words = "  was compiled elsewhere: its text is not here\n";
    // Others may need it, so it is in the pack all the same.
    for (const pack::IgnoredName& by : ignored) {
      if (!by.line_md5.empty() || !is_one_of(rule.name, bare_names(by.name))) continue;
      one.words += fmt::format("  not told:  {} ignores it\n", source_path(pack, by.source));
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string shown(const SignatureText& signature) {
  std::string out = escape_for_terminal(signature.name) + "\n";
  out += fmt::format("  read in    {}\n",
                     escape_for_terminal(read_in(signature.path, signature.line)));
  out += escaped_lines(signature.words);
  if (signature.kind != "yara") return out;
  for (const std::string_view line : signatures::clamav::split(signature.text, '\n')) {
    out += "    " + escape_for_terminal(line) + "\n";
  }
  return out;
}

Json json_of(const SignatureText& signature) {
  Json out;
  out.set("name", signature.name);
  out.set("kind", signature.kind);
  out.set("path", signature.path);
  if (signature.line > 0) out.set("line", static_cast<std::uint64_t>(signature.line));
  if (!signature.text.empty()) out.set("text", signature.text);
  Json::Array words;
  for (const std::string_view line : signatures::clamav::split(signature.words, '\n')) {
    if (!trim(line).empty()) words.emplace_back(std::string(trim(line)));
  }
  out.set("words", std::move(words));
  return out;
}

Result<std::vector<std::string>> why_not_taken(const pack::Pack& pack, const std::string& name) {
  std::vector<std::string> out;
  const auto names = bare_names(name);
  for (const pack::IgnoredName& one : ANTIDOTARY_TRY(pack.ignored())) {
    if (!is_one_of(one.name, names)) continue;
    out.push_back(fmt::format("'{}' is not reported: {} says that it shall be ignored{}", one.name,
                              source_path(pack, one.source),
                              one.line_md5.empty() ? "" : ", of one line"));
  }
  for (const pack::Refusal& one : ANTIDOTARY_TRY(pack.refusals())) {
    const bool named = std::any_of(names.begin(), names.end(), [&](std::string_view bare) {
      return names_it(one.reason, bare);
    });
    if (!named) continue;
    out.push_back(fmt::format("{} was refused: {}",
                              read_in(source_path(pack, one.source), one.line), one.reason));
  }
  return out;
}

Result<std::vector<std::string>> nearest_signatures(const pack::Pack& pack,
                                                    const std::string& name) {
  constexpr std::size_t shown_max = 5;
  const std::string wanted = ascii_lower(without(name, ".UNOFFICIAL"));
  std::set<std::pair<std::size_t, std::string>> best;
  const Status told = each_name(pack, [&](const std::string& one) {
    const std::string here = ascii_lower(without(one, ".UNOFFICIAL"));
    const std::size_t longer = std::max(here.size(), wanted.size());
    const std::size_t apart = longer - std::min(here.size(), wanted.size());
    const bool within = wanted.size() > 2 && here.find(wanted) != here.npos;
    if (!within && apart > longer / 4) return;
    const std::size_t distance = within ? 0 : entries::edit_distance(here, wanted);
    if (distance > longer / 4) return;
    best.emplace(distance, one);
    if (best.size() > shown_max) best.erase(std::prev(best.end()));
  });
  if (!told) return tl::unexpected(told.error());
  std::vector<std::string> out;
  for (const auto& [distance, one] : best) out.push_back(one);
  return out;
}

}  // namespace antidotary::cli
