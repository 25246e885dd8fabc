// ldb ldu idb's users: NAME;TDB;EXPRESSION;SUB0;SUB1...
#include <algorithm>

#include "core/text.h"
#include "signatures/clamav/formats.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"
#include "signatures/clamav/subsignature.h"

namespace antidotary::signatures::clamav {
namespace {

using pack::Conditions;
using pack::Range;

/// "51-255" or "7". Errors: bad_input.
Result<Range> range_of(std::string_view text, std::string_view what) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    const std::uint64_t only = ANTIDOTARY_TRY(number(text, what));
    return Range{only, only};
  }
  Range out;
  out.min = ANTIDOTARY_TRY(number(text.substr(0, dash), what));
  out.max = ANTIDOTARY_TRY(number(text.substr(dash + 1), what));
  if (out.min > out.max) return fail(ErrorKind::bad_input, "{} '{}' is empty", what, text);
  return out;
}

Status check_type(std::string_view type) {
  if (type.starts_with("CL_TYPE_")) return {};
  return fail(ErrorKind::bad_input, "'{}' is no type; CL_TYPE_... is wanted", type.substr(0, 40));
}

Status take_engine(std::string_view value, const Corpus& corpus) {
  const Range levels = ANTIDOTARY_TRY(range_of(value, "Engine"));
  const std::uint64_t level = corpus.options().engine_level;
  if (level >= levels.min && level <= levels.max) return {};
  return fail(ErrorKind::unsupported, "for engines of level {} to {}; this one is {}", levels.min,
              levels.max, level);
}

Status take_condition(std::string_view key, std::string_view value, Conditions& out,
                      const Corpus& corpus) {
  if (key == "Engine") return take_engine(value, corpus);
  if (key == "Target") {
    const std::uint64_t target = ANTIDOTARY_TRY(number(value, "Target"));
    if (target >= pack::targets) return fail(ErrorKind::bad_input, "Target {}", target);
    out.target = static_cast<pack::Target>(target);
  } else if (key == "FileSize") {
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

Result<Conditions> conditions_of(std::string_view text, const Corpus& corpus) {
  Conditions out;
  for (const std::string_view one : split(text, ',')) {
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos) {
      return fail(ErrorKind::bad_input, "the condition '{}' has no value", one.substr(0, 40));
    }
    ANTIDOTARY_CHECK(take_condition(one.substr(0, colon), one.substr(colon + 1), out, corpus));
  }
  return out;
}

std::uint32_t highest(const match::Expr& expr) {
  if (expr.op == match::Expr::Op::sub) return expr.index;
  std::uint32_t out = 0;
  for (const match::Expr& kid : expr.kids) out = std::max(out, highest(kid));
  return out;
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
    if (!sub) {
      return tl::unexpected(with_context(sub.error(), fmt::format("subsignature {}", i)));
    }
    rule.subs.push_back(std::move(*sub));
  }
  if (used != subs) {
    return fail(ErrorKind::bad_input, "the expression speaks of {} subsignatures; there are {}",
                used, subs);
  }
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
