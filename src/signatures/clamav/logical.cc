// ldb and ldu: NAME;CONDITIONS;EXPRESSION;SUB0;SUB1...
#include <algorithm>

#include "core/text.h"
#include "pack/type_names.h"
#include "signatures/clamav/formats.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"
#include "signatures/clamav/subsignature.h"

namespace antidotary::signatures::clamav {
namespace {

using pack::Conditions;
using pack::Range;
using pack::Target;

constexpr std::uint64_t conditions_level = 51;  ///< Since when there are more than Target.

/// "51-255" or "-7". Errors: bad_input.
Result<Range> range_of(std::string_view text, std::string_view what) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    return fail(ErrorKind::bad_input, "{} '{}' is no range 'least-most'", what, text.substr(0, 40));
  }
  Range out;
  if (dash > 0) out.min = ANTIDOTARY_TRY(number(text.substr(0, dash), what));
  out.max = ANTIDOTARY_TRY(number(text.substr(dash + 1), what));
  if (out.min > out.max) return fail(ErrorKind::bad_input, "{} '{}' is empty", what, text);
  return out;
}

Status check_type(std::string_view type) {
  if (pack::strength_of(type)) return {};
  return fail(ErrorKind::unsupported, "'{}' is no type that is known", type.substr(0, 40));
}

/// The least level it is for.
Result<std::uint64_t> take_engine(std::string_view value, const Corpus& corpus) {
  const Range levels = ANTIDOTARY_TRY(range_of(value, "Engine"));
  const std::uint64_t level = corpus.options().engine_level;
  if (level >= levels.min && level <= levels.max) return levels.min;
  return fail(ErrorKind::unsupported, "for engines of level {} to {}; this one is {}", levels.min,
              levels.max, level);
}

Status take_condition(std::string_view key, std::string_view value, Conditions& out) {
  if (key == "FileSize") {
    out.file_size = ANTIDOTARY_TRY(range_of(value, key));
  } else if (key == "EntryPoint") {
    out.entry_point = ANTIDOTARY_TRY(range_of(value, key));
  } else if (key == "NumberOfSections") {
    out.sections = ANTIDOTARY_TRY(range_of(value, key));
  } else if (key == "Container") {
    ANTIDOTARY_CHECK(check_type(value));
    out.container = value;
  } else if (key == "HandlerType") {
    ANTIDOTARY_CHECK(check_type(value));
    out.handler_type = value;
  } else if (key == "Intermediates") {
    for (const std::string_view type : split(value, '>')) {
      ANTIDOTARY_CHECK(check_type(type));
      out.intermediates.emplace_back(type);
    }
    if (out.intermediates.size() > 16) {
      return fail(ErrorKind::bad_input, "over 16 intermediate containers");
    }
  } else if (key == "IconGroup1") {
    out.icon_group1 = value;
  } else if (key == "IconGroup2") {
    out.icon_group2 = value;
  } else {
    return fail(ErrorKind::unsupported, "an unknown condition '{}'", key.substr(0, 40));
  }
  return {};
}

/// What some targets alone have.
Status check_target(const Conditions& conditions) {
  const Target target = conditions.target;
  const bool layout = target == Target::pe || target == Target::elf || target == Target::macho;
  if ((conditions.entry_point || conditions.sections) && !layout) {
    return fail(ErrorKind::bad_input, "EntryPoint and NumberOfSections need Target 1, 6 or 9");
  }
  if ((!conditions.icon_group1.empty() || !conditions.icon_group2.empty()) &&
      target != Target::pe) {
    return fail(ErrorKind::bad_input, "IconGroup1 and IconGroup2 need Target 1");
  }
  return {};
}

Result<Conditions> conditions_of(std::string_view text, const Corpus& corpus) {
  Conditions out;
  bool first = true;
  bool has_target = false;
  std::uint64_t least_level = 0;
  for (const std::string_view one : split(text, ',')) {
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos) {
      return fail(ErrorKind::bad_input, "the condition '{}' has no value", one.substr(0, 40));
    }
    const std::string_view key = one.substr(0, colon);
    const std::string_view value = one.substr(colon + 1);
    if (key == "Engine") {
      if (!first) return fail(ErrorKind::bad_input, "Engine is not the first condition");
      least_level = ANTIDOTARY_TRY(take_engine(value, corpus));
    } else if (key == "Target") {
      const std::uint64_t target = ANTIDOTARY_TRY(number(value, "Target"));
      if (target >= pack::targets) {
        return fail(ErrorKind::unsupported, "Target {}; 0 to {} are known", target,
                    pack::targets - 1);
      }
      out.target = static_cast<Target>(target);
      has_target = true;
    } else {
      ANTIDOTARY_CHECK(take_condition(key, value, out));
      if (least_level < conditions_level) {
        return fail(ErrorKind::bad_input, "the condition {} needs Engine:{}-... before it", key,
                    conditions_level);
      }
    }
    first = false;
  }
  if (!has_target) return fail(ErrorKind::bad_input, "no Target is stated");
  ANTIDOTARY_CHECK(check_target(out));
  return out;
}

std::uint32_t highest(const match::Expr& expr) {
  if (expr.op == match::Expr::Op::sub) return expr.index;
  std::uint32_t out = 0;
  for (const match::Expr& kid : expr.kids) out = std::max(out, highest(kid));
  return out;
}

/// What is asked only where others were hit must name those that stand before it.
Status check_trigger(const pack::Subsignature& sub, std::size_t own) {
  std::size_t last = 0;
  if (const auto* regex = std::get_if<pack::RegexUse>(&sub)) {
    last = highest(regex->trigger);
  } else if (const auto* compare = std::get_if<pack::ByteCompare>(&sub)) {
    last = compare->trigger;
  } else if (!std::holds_alternative<pack::MacroUse>(sub)) {
    return {};
  }
  if (last < own) return {};
  return fail(ErrorKind::bad_input, "its trigger is not a subsignature before it");
}

/// Nobody compares icons yet: a rule that asks for them cannot hold, and is not taken, so that it
/// counts among those that are refused.
Status check_asked(const pack::Rule& rule) {
  const pack::Conditions& asked = rule.conditions;
  if (!asked.icon_group1.empty() || !asked.icon_group2.empty()) {
    return fail(ErrorKind::unsupported, "it asks for icons, which are not compared");
  }
  return {};
}

Status take(std::string_view line, std::uint32_t at, Corpus& corpus) {
  const auto fields = split_subsignatures(line);
  if (fields.size() < 4) {
    return fail(ErrorKind::bad_input, "NAME;CONDITIONS;EXPRESSION;SUBSIGNATURE... is wanted");
  }
  if (fields[0].empty()) return fail(ErrorKind::bad_input, "the name is empty");
  const std::size_t subs = fields.size() - 3;
  if (subs > match::subs_max) {
    return fail(ErrorKind::bad_input, "{} subsignatures; {} are taken", subs, match::subs_max);
  }
  pack::Rule rule;
  rule.name = fields[0];
  rule.conditions = ANTIDOTARY_TRY(conditions_of(fields[1], corpus));
  rule.expr = ANTIDOTARY_TRY(parse_expression(fields[2]));
  const std::size_t used = highest(rule.expr) + std::size_t{1};
  for (std::size_t i = 0; i < subs; ++i) {
    auto sub = parse_subsignature(fields[i + 3], rule.conditions.target);
    Status fits = sub ? check_trigger(*sub, i) : Status(tl::unexpected(sub.error()));
    if (!fits) return tl::unexpected(with_context(fits.error(), fmt::format("subsignature {}", i)));
    rule.subs.push_back(std::move(*sub));
  }
  if (used != subs) {
    return fail(ErrorKind::bad_input, "the expression speaks of {} subsignatures; there are {}",
                used, subs);
  }
  ANTIDOTARY_CHECK(check_asked(rule));
  rule.origin.line = at;
  rule.text = line;
  corpus.add(std::move(rule));
  return {};
}

}  // namespace

Status read_logical(std::string_view extension, Bytes bytes, Corpus& corpus) {
  static_cast<void>(extension);
  read_lines(bytes, corpus,
             [&](std::string_view line, std::uint32_t at) { return take(line, at, corpus); });
  return {};
}

}  // namespace antidotary::signatures::clamav
