#include "cli/explain_signature.h"

#include <fmt/core.h>

#include <array>

#include "core/text.h"
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
  if (!rule.regex.empty()) out += fmt::format("  name       /{}/\n", rule.regex);
  if (rule.real_size.max != match::unbounded || rule.real_size.min > 0) {
    out += fmt::format("  size       {} bytes\n", range_text(rule.real_size));
  }
  if (rule.encrypted) out += fmt::format("  encrypted  {}\n", *rule.encrypted ? "yes" : "no");
  return out;
}

}  // namespace

Result<std::string> explain_signature(const pack::Pack& pack, const std::string& name) {
  std::string out;
  for (const pack::Named& one : ANTIDOTARY_TRY(pack.find_by_name(name))) {
    const auto& sources = pack.sources();
    const std::string path =
        one.origin.source < sources.size() ? sources[one.origin.source].path : "?";
    const std::string line = one.origin.line == 0 ? "" : fmt::format(", line {}", one.origin.line);
    out += escape_for_terminal(one.shown) + "\n";
    out += fmt::format("  read in    {}{}\n", escape_for_terminal(path), line);
    switch (one.kind) {
      case pack::Named::Kind::rule:
        out += escaped_lines(ANTIDOTARY_TRY(rule_text(pack, one.number)));
        break;
      case pack::Named::Kind::digest:
        out += digest_text(pack, one.number);
        break;
      case pack::Named::Kind::member_rule:
        out += escaped_lines(member_text(pack.member_rules()[one.number]));
        break;
    }
  }
  return out;
}

}  // namespace antidotary::cli
