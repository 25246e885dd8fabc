#include "pack/rule_code.h"

#include "pack/pattern_code.h"
#include "pack/varint.h"

namespace antidotary::pack {
namespace {

enum class Kind : std::uint8_t { body, regex, compare, image, macro };

constexpr std::uint64_t intermediates_max = 64;
constexpr std::uint64_t digits_max = 64;
constexpr std::uint64_t comparisons_max = 4;
constexpr std::uint64_t distance_max = 64;
constexpr std::uint64_t group_max = 0xffff;
constexpr std::uint64_t rows_max = 10'000'000;

void put(CodeWriter& out, const Offset& offset) {
  out.number(static_cast<std::uint64_t>(offset.kind));
  if (offset.kind == Offset::Kind::any) return;
  out.number(offset.number);
  out.signed_number(offset.shift);
  out.number(offset.slack);
}

Offset get_offset(CodeReader& in) {
  Offset out;
  out.kind =
      static_cast<Offset::Kind>(in.number(static_cast<std::uint64_t>(Offset::Kind::macro_group)));
  if (out.kind == Offset::Kind::any) return out;
  out.number = static_cast<std::uint32_t>(in.number(0xffffffff));
  out.shift = in.signed_number();
  out.slack = in.number();
  return out;
}

void put(CodeWriter& out, const Range& range) {
  out.number(range.min);
  out.number(range.max);
}

Range get_range(CodeReader& in) {
  Range out;
  out.min = in.number();
  out.max = in.number();
  return out;
}

void put(CodeWriter& out, const std::optional<Range>& range) {
  out.flag(range.has_value());
  if (range) put(out, *range);
}

std::optional<Range> get_optional_range(CodeReader& in) {
  if (!in.flag()) return std::nullopt;
  return get_range(in);
}

void put(CodeWriter& out, const Origin& origin) {
  out.number(origin.source);
  out.number(origin.line);
}

Origin get_origin(CodeReader& in) {
  Origin out;
  out.source = static_cast<std::uint32_t>(in.number(0xffffffff));
  out.line = static_cast<std::uint32_t>(in.number(0xffffffff));
  return out;
}

Status put(CodeWriter& out, const match::Expr& expr) {
  out.bytes(ANTIDOTARY_TRY(match::encode(expr)));
  return {};
}

Result<match::Expr> get_expr(CodeReader& in) {
  auto out = match::decode(in.bytes());
  // An expression that is cut lies in a record of a whole length: it is damaged, not cut.
  if (!out) return fail(ErrorKind::malformed, "{}", out.error().what);
  return out;
}

// Most rules have none of the rarer conditions: one flag stands for all of them.
void put(CodeWriter& out, const Conditions& conditions) {
  out.number(static_cast<std::uint64_t>(conditions.target));
  put(out, conditions.file_size);
  const bool more = conditions.entry_point || conditions.sections ||
                    !conditions.container.empty() || !conditions.intermediates.empty() ||
                    !conditions.handler_type.empty() || !conditions.icon_group1.empty() ||
                    !conditions.icon_group2.empty();
  out.flag(more);
  if (!more) return;
  put(out, conditions.entry_point);
  put(out, conditions.sections);
  out.text(conditions.container);
  out.number(conditions.intermediates.size());
  for (const std::string& one : conditions.intermediates) out.text(one);
  out.text(conditions.handler_type);
  out.text(conditions.icon_group1);
  out.text(conditions.icon_group2);
}

Conditions get_conditions(CodeReader& in) {
  Conditions out;
  out.target = static_cast<Target>(in.number(targets - 1));
  out.file_size = get_optional_range(in);
  if (!in.flag()) return out;
  out.entry_point = get_optional_range(in);
  out.sections = get_optional_range(in);
  out.container = in.text();
  const std::uint64_t count = in.number(intermediates_max);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) out.intermediates.push_back(in.text());
  out.handler_type = in.text();
  out.icon_group1 = in.text();
  out.icon_group2 = in.text();
  return out;
}

void put_compare(CodeWriter& out, const ByteCompare& compare) {
  out.number(compare.trigger);
  out.signed_number(compare.offset);
  out.number(static_cast<unsigned char>(compare.base));
  out.flag(compare.little_endian);
  out.flag(compare.exact);
  out.number(compare.bytes);
  out.number(compare.comparisons.size());
  for (const auto& one : compare.comparisons) {
    out.number(static_cast<unsigned char>(one.op));
    out.number(one.value);
  }
}

ByteCompare get_compare(CodeReader& in) {
  ByteCompare out;
  out.trigger = static_cast<std::uint32_t>(in.number(match::subs_max - 1));
  out.offset = in.signed_number();
  out.base = static_cast<char>(in.number(127));
  out.little_endian = in.flag();
  out.exact = in.flag();
  out.bytes = static_cast<std::uint32_t>(in.number(digits_max));
  const std::uint64_t count = in.number(comparisons_max);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto op = static_cast<char>(in.number(127));
    out.comparisons.push_back({op, in.number()});
  }
  return out;
}

/// What decoding would refuse is refused here, where the line can still be named.
Status within(std::uint64_t value, std::uint64_t most, std::string_view what) {
  if (value <= most) return {};
  return fail(ErrorKind::bad_input, "{} {}, where {} is the most", value, what, most);
}

struct PutSub {
  CodeWriter& out;

  Status operator()(const Body& body) {
    ANTIDOTARY_CHECK(within(body.patterns.size(), patterns_max, "patterns of one subsignature"));
    out.number(static_cast<std::uint64_t>(Kind::body));
    put(out, body.offset);
    out.number(body.patterns.size());
    return {};
  }
  Status operator()(const RegexUse& use) {
    out.number(static_cast<std::uint64_t>(Kind::regex));
    ANTIDOTARY_CHECK(put(out, use.trigger));
    put(out, use.offset);
    out.text(use.regex);
    out.text(use.flags);
    return {};
  }
  Status operator()(const ByteCompare& compare) {
    ANTIDOTARY_CHECK(within(compare.trigger, match::subs_max - 1, "as a trigger"));
    ANTIDOTARY_CHECK(within(compare.bytes, digits_max, "digits to compare"));
    ANTIDOTARY_CHECK(within(compare.comparisons.size(), comparisons_max, "comparisons"));
    out.number(static_cast<std::uint64_t>(Kind::compare));
    put_compare(out, compare);
    return {};
  }
  Status operator()(const FuzzyImage& image) {
    ANTIDOTARY_CHECK(within(image.distance, distance_max, "as a distance of images"));
    out.number(static_cast<std::uint64_t>(Kind::image));
    out.number(image.hash);
    out.number(image.distance);
    return {};
  }
  Status operator()(const MacroUse& macro) {
    ANTIDOTARY_CHECK(within(macro.group, group_max, "as a macro group"));
    out.number(static_cast<std::uint64_t>(Kind::macro));
    out.number(macro.min);
    out.number(macro.max);
    out.number(macro.group);
    return {};
  }
};

Result<Subsignature> get_sub(CodeReader& in) {
  switch (static_cast<Kind>(in.number(static_cast<std::uint64_t>(Kind::macro)))) {
    case Kind::body: {
      Body out;
      out.offset = get_offset(in);
      out.patterns.resize(static_cast<std::size_t>(in.number(patterns_max)));
      return out;
    }
    case Kind::regex: {
      RegexUse out;
      out.trigger = ANTIDOTARY_TRY(get_expr(in));
      out.offset = get_offset(in);
      out.regex = in.text();
      out.flags = in.text();
      return out;
    }
    case Kind::compare:
      return get_compare(in);
    case Kind::image: {
      FuzzyImage out;
      out.hash = in.number();
      out.distance = static_cast<std::uint32_t>(in.number(distance_max));
      return out;
    }
    case Kind::macro: {
      MacroUse out;
      out.min = in.number();
      out.max = in.number();
      out.group = static_cast<std::uint32_t>(in.number(group_max));
      return out;
    }
  }
  return fail(ErrorKind::malformed, "a rule's part that cannot be");
}

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorKind::malformed, "{} that are damaged", what);
}

}  // namespace

Result<Buffer> encode(const Rule& rule) {
  ANTIDOTARY_CHECK(within(rule.subs.size(), match::subs_max, "subsignatures"));
  ANTIDOTARY_CHECK(
      within(rule.conditions.intermediates.size(), intermediates_max, "intermediate containers"));
  CodeWriter out;
  out.text(rule.name);
  put(out, rule.origin);
  put(out, rule.conditions);
  ANTIDOTARY_CHECK(put(out, rule.expr));
  out.number(rule.subs.size());
  for (const Subsignature& sub : rule.subs) ANTIDOTARY_CHECK(std::visit(PutSub{out}, sub));
  return out.take();
}

Result<Rule> decode_rule(Bytes code) {
  CodeReader in(code);
  Rule out;
  out.name = in.text();
  out.origin = get_origin(in);
  out.conditions = get_conditions(in);
  out.expr = ANTIDOTARY_TRY(get_expr(in));
  const std::uint64_t subs = in.number(match::subs_max);
  for (std::uint64_t i = 0; i < subs && in.ok(); ++i) {
    out.subs.push_back(ANTIDOTARY_TRY(get_sub(in)));
  }
  if (!in.ok() || !in.at_end()) return fail(ErrorKind::malformed, "a rule that is damaged");
  return out;
}

Buffer encode(const std::vector<MemberRule>& rules) {
  CodeWriter out;
  out.number(rules.size());
  for (const MemberRule& rule : rules) {
    out.text(rule.name);
    out.text(rule.container);
    put(out, rule.container_size);
    out.text(rule.regex);
    put(out, rule.packed_size);
    put(out, rule.real_size);
    out.number(!rule.encrypted ? 2 : *rule.encrypted ? 1 : 0);
    put(out, rule.position);
    out.flag(rule.checksum.has_value());
    if (rule.checksum) out.number(*rule.checksum);
    put(out, rule.origin);
  }
  return out.take();
}

Result<std::vector<MemberRule>> decode_member_rules(Bytes code) {
  std::vector<MemberRule> out;
  if (code.empty()) return out;
  CodeReader in(code);
  const std::uint64_t count = in.number(rows_max);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    MemberRule& rule = out.emplace_back();
    rule.name = in.text();
    rule.container = in.text();
    rule.container_size = get_range(in);
    rule.regex = in.text();
    rule.packed_size = get_range(in);
    rule.real_size = get_range(in);
    const std::uint64_t encrypted = in.number(2);
    if (encrypted < 2) rule.encrypted = encrypted == 1;
    rule.position = get_range(in);
    if (in.flag()) rule.checksum = in.number();
    rule.origin = get_origin(in);
  }
  if (!in.ok() || !in.at_end()) return damaged("rules over members");
  return out;
}

Result<Buffer> encode(const std::vector<Magic>& magics) {
  CodeWriter out;
  out.number(magics.size());
  for (const Magic& magic : magics) {
    out.number(magic.kind);
    put(out, magic.offset);
    ANTIDOTARY_CHECK(put_pattern(out, magic.pattern));
    out.text(magic.description);
    out.text(magic.from_type);
    out.text(magic.type);
    put(out, magic.origin);
  }
  return out.take();
}

Result<std::vector<Magic>> decode_magics(Bytes code) {
  std::vector<Magic> out;
  if (code.empty()) return out;
  CodeReader in(code);
  const std::uint64_t count = in.number(rows_max);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    Magic& magic = out.emplace_back();
    magic.kind = static_cast<std::uint8_t>(in.number(255));
    magic.offset = get_offset(in);
    magic.pattern = ANTIDOTARY_TRY(get_pattern(in));
    magic.description = in.text();
    magic.from_type = in.text();
    magic.type = in.text();
    magic.origin = get_origin(in);
  }
  if (!in.ok() || !in.at_end()) return damaged("magics");
  return out;
}

Buffer encode(const std::vector<Icon>& icons) {
  CodeWriter out;
  out.number(icons.size());
  for (const Icon& icon : icons) {
    out.text(icon.name);
    out.text(icon.group1);
    out.text(icon.group2);
    out.bytes(icon.hash);
    put(out, icon.origin);
  }
  return out.take();
}

Result<std::vector<Icon>> decode_icons(Bytes code) {
  std::vector<Icon> out;
  if (code.empty()) return out;
  CodeReader in(code);
  const std::uint64_t count = in.number(rows_max);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    Icon& icon = out.emplace_back();
    icon.name = in.text();
    icon.group1 = in.text();
    icon.group2 = in.text();
    icon.hash = to_buffer(in.bytes());
    icon.origin = get_origin(in);
  }
  if (!in.ok() || !in.at_end()) return damaged("icons");
  return out;
}

}  // namespace antidotary::pack
