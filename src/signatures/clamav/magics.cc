// ftm: KIND:OFFSET:MAGIC:DESCRIPTION:FROM:TYPE[:minFL[:maxFL]], definitions of types.
//
// Kind 0 is bytes at a place, kind 1 a pattern in the first 1,024 bytes of what is FROM a kind of
// text or data, kind 4 the same of a partition. What is asked of them: scan/type_marks.h.
#include "core/text.h"
#include "match/program.h"
#include "pack/rule_code.h"
#include "pack/type_names.h"
#include "signatures/clamav/formats.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

constexpr std::uint64_t bytes_at_place = 0, pattern_in_head = 1, bytes_of_partition = 4;

/// Bytes at a place have no wildcards. Errors: bad_input.
Result<match::Pattern> fixed_bytes(std::string_view digits) {
  const auto bytes = from_hex(digits);
  if (!bytes || bytes->empty()) {
    return fail(ErrorKind::bad_input, "bytes at a place are hexadecimal digits alone, not '{}'",
                digits.substr(0, 40));
  }
  match::Pattern out;
  out.parts.emplace_back();
  for (const std::byte one : *bytes) {
    out.parts[0].units.push_back(match::Position{std::to_integer<std::uint8_t>(one)});
  }
  return out;
}

Result<match::Pattern> pattern_of(std::uint64_t kind, std::string_view magic) {
  if (kind != pattern_in_head) return fixed_bytes(magic);
  auto patterns = ANTIDOTARY_TRY(parse_body(magic, ""));
  return std::move(patterns.front());
}

Status check_types(const pack::Magic& magic) {
  for (const std::string& type : {magic.from_type, magic.type}) {
    if (pack::strength_of(type)) continue;
    return fail(ErrorKind::bad_input, "'{}' is no type that is known", type.substr(0, 40));
  }
  if (magic.kind == pattern_in_head && magic.type == "CL_TYPE_ANY") {
    return fail(ErrorKind::bad_input, "a pattern that makes an object CL_TYPE_ANY says nothing");
  }
  return {};
}

Status check_places(const pack::Magic& magic) {
  using Kind = pack::Offset::Kind;
  const bool absolute = magic.offset.kind == Kind::start;
  if (magic.kind == pattern_in_head) {
    if (!absolute && magic.offset.kind != Kind::any) {
      return fail(ErrorKind::bad_input, "a pattern of this kind stands at n, at n,m or at *");
    }
    const auto anchors = match::anchors(magic.pattern);
    if (anchors.empty()) return fail(ErrorKind::bad_input, "no byte of it is exact");
    return match::compile(magic.pattern, anchors.front()).map([](const Buffer&) {});
  }
  if (!absolute || magic.offset.slack != 0) {
    return fail(ErrorKind::bad_input, "a magic of kind {} stands at a number", magic.kind);
  }
  return {};
}

Status take_magic(std::string_view line, std::uint32_t at, Corpus& corpus) {
  const auto fields = split(line, ':');
  if (fields.size() < 6 || fields.size() > 8) {
    return fail(ErrorKind::bad_input, "{} fields; a magic has 6 to 8", fields.size());
  }
  ANTIDOTARY_CHECK(check_level(fields, 6, corpus));
  pack::Magic out;
  const std::uint64_t kind = ANTIDOTARY_TRY(number(fields[0], "the kind of magic"));
  if (kind != bytes_at_place && kind != pattern_in_head && kind != bytes_of_partition) {
    return fail(ErrorKind::bad_input, "a magic of kind {}; 0, 1 and 4 are known", kind);
  }
  out.kind = static_cast<std::uint8_t>(kind);
  out.offset = ANTIDOTARY_TRY(parse_offset(fields[1], pack::Target::any));
  out.pattern = ANTIDOTARY_TRY(pattern_of(kind, fields[2]));
  out.description = fields[3];
  out.from_type = fields[4];
  out.type = fields[5];
  out.origin.line = at;
  ANTIDOTARY_CHECK(check_types(out));
  ANTIDOTARY_CHECK(check_places(out));
  // What no pack can hold must not end the build of all others.
  ANTIDOTARY_CHECK(pack::encode(std::vector<pack::Magic>{out}).map([](const Buffer&) {}));
  corpus.add(std::move(out));
  return {};
}

}  // namespace

Status read_magics(std::string_view, Bytes bytes, Corpus& corpus) {
  read_lines(bytes, corpus,
             [&](std::string_view line, std::uint32_t at) { return take_magic(line, at, corpus); });
  return {};
}

}  // namespace antidotary::signatures::clamav
