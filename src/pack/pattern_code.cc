#include "pack/pattern_code.h"

namespace antidotary::pack {
namespace {

enum class Kind : std::uint8_t { position, choice, edge };

Status check_items(std::size_t count) {
  if (count <= pattern_items_max) return {};
  return fail(ErrorKind::bad_input, "a pattern of more than {} parts", pattern_items_max);
}

void put_position(CodeWriter& out, const match::Position& position) {
  out.number(position.value);
  out.number(position.mask);
}

match::Position get_position(CodeReader& in) {
  match::Position out;
  out.value = static_cast<std::uint8_t>(in.number(255));
  out.mask = static_cast<std::uint8_t>(in.number(255));
  return out;
}

struct PutUnit {
  CodeWriter& out;

  Status operator()(const match::Position& position) {
    out.number(static_cast<std::uint64_t>(Kind::position));
    put_position(out, position);
    return {};
  }
  Status operator()(const match::Choice& choice) {
    ANTIDOTARY_CHECK(check_items(choice.strings.size()));
    out.number(static_cast<std::uint64_t>(Kind::choice));
    out.flag(choice.negated);
    out.number(choice.strings.size());
    for (const auto& string : choice.strings) {
      ANTIDOTARY_CHECK(check_items(string.size()));
      out.number(string.size());
      for (const match::Position& one : string) put_position(out, one);
    }
    return {};
  }
  Status operator()(const match::Edge& edge) {
    out.number(static_cast<std::uint64_t>(Kind::edge));
    out.number(static_cast<std::uint64_t>(edge.kind));
    out.flag(edge.negated);
    out.flag(edge.after);
    return {};
  }
};

match::Choice get_choice(CodeReader& in) {
  match::Choice out;
  out.negated = in.flag();
  const std::uint64_t strings = in.number(pattern_items_max);
  for (std::uint64_t i = 0; i < strings && in.ok(); ++i) {
    auto& string = out.strings.emplace_back();
    const std::uint64_t size = in.number(pattern_items_max);
    for (std::uint64_t k = 0; k < size && in.ok(); ++k) string.push_back(get_position(in));
  }
  return out;
}

match::Unit get_unit(CodeReader& in) {
  switch (static_cast<Kind>(in.number(static_cast<std::uint64_t>(Kind::edge)))) {
    case Kind::position:
      return get_position(in);
    case Kind::choice:
      return get_choice(in);
    case Kind::edge:
      break;
  }
  match::Edge out;
  out.kind = static_cast<match::Edge::Kind>(
      in.number(static_cast<std::uint64_t>(match::Edge::Kind::wide_non_alnum)));
  out.negated = in.flag();
  out.after = in.flag();
  return out;
}

}  // namespace

Status put_pattern(CodeWriter& out, const match::Pattern& pattern) {
  ANTIDOTARY_CHECK(check_items(pattern.parts.size()));
  out.flag(pattern.nocase);
  out.number(pattern.parts.size());
  for (const match::Part& part : pattern.parts) {
    ANTIDOTARY_CHECK(check_items(part.units.size()));
    out.number(part.gap_min);
    out.number(part.gap_max);
    out.number(part.units.size());
    for (const match::Unit& unit : part.units) ANTIDOTARY_CHECK(std::visit(PutUnit{out}, unit));
  }
  return {};
}

Result<match::Pattern> get_pattern(CodeReader& in) {
  match::Pattern out;
  out.nocase = in.flag();
  const std::uint64_t parts = in.number(pattern_items_max);
  for (std::uint64_t i = 0; i < parts && in.ok(); ++i) {
    match::Part& part = out.parts.emplace_back();
    part.gap_min = in.number();
    part.gap_max = in.number();
    const std::uint64_t units = in.number(pattern_items_max);
    for (std::uint64_t k = 0; k < units && in.ok(); ++k) part.units.push_back(get_unit(in));
  }
  if (!in.ok()) return fail(ErrorKind::malformed, "a pattern that is damaged");
  return out;
}

}  // namespace antidotary::pack
