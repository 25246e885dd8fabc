// Where a pattern may begin: `*`, `12`, `EOF-8`, `EP+4`, `S2+0`, `SE1`, `SL+16`, `VI`, `$3`; each
// with `,maxshift`.
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using pack::Offset;
using pack::Target;

constexpr std::uint64_t shift_max = 0xfffffffe;

/// "+4" or "-4". Errors: bad_input.
Result<std::int64_t> shift_of(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] != '+' && text[0] != '-') {
    return fail(ErrorKind::bad_input, "an offset needs '+' or '-' before '{}'", text.substr(0, 20));
  }
  const std::uint64_t distance = ANTIDOTARY_TRY(number(text.substr(1), "an offset"));
  if (distance > shift_max) return fail(ErrorKind::bad_input, "an offset of {}", distance);
  const auto out = static_cast<std::int64_t>(distance);
  return text[0] == '-' ? -out : out;
}

bool has_layout(Target target) {
  return target == Target::pe || target == Target::elf || target == Target::macho;
}

Result<Offset> place_of(std::string_view text) {
  Offset out;
  if (text.starts_with("EOF")) {
    out.kind = Offset::Kind::end;
    if (text.size() == 3 || text[3] != '-') {
      return fail(ErrorKind::bad_input, "EOF takes '-' and a number behind it");
    }
    out.shift = ANTIDOTARY_TRY(shift_of(text.substr(3)));
    return out;
  }
  if (text.starts_with("EP")) {
    out.kind = Offset::Kind::entry_point;
    if (text.size() == 2) return fail(ErrorKind::bad_input, "EP takes '+' or '-' and a number");
    out.shift = ANTIDOTARY_TRY(shift_of(text.substr(2)));
    return out;
  }
  if (text.starts_with("SL")) {
    out.kind = Offset::Kind::last_section;
    if (text.size() < 4 || text[2] != '+') {
      return fail(ErrorKind::bad_input, "SL takes '+' and a number behind it");
    }
    out.shift = ANTIDOTARY_TRY(shift_of(text.substr(2)));
    return out;
  }
  if (text.starts_with("SE")) {
    out.kind = Offset::Kind::section_end;
    const std::uint64_t section = ANTIDOTARY_TRY(number(text.substr(2), "the section"));
    out.number = static_cast<std::uint32_t>(std::min<std::uint64_t>(section, 0xffffffff));
    return out;
  }
  if (text.starts_with("S")) {
    const std::size_t sign = text.find('+');
    if (sign == std::string_view::npos) {
      return fail(ErrorKind::bad_input, "Sx takes '+' and a number behind it");
    }
    out.kind = Offset::Kind::section;
    const std::uint64_t section = ANTIDOTARY_TRY(number(text.substr(1, sign - 1), "the section"));
    out.number = static_cast<std::uint32_t>(std::min<std::uint64_t>(section, 0xffffffff));
    out.shift = ANTIDOTARY_TRY(shift_of(text.substr(sign)));
    return out;
  }
  if (text == "VI" || text == "VI+0") {
    out.kind = Offset::Kind::version_info;
    return out;
  }
  // None at all is 0, as clamscan has it.
  const std::uint64_t start = text.empty() ? 0 : ANTIDOTARY_TRY(number(text, "the offset"));
  if (start > shift_max) return fail(ErrorKind::bad_input, "an offset of {}", start);
  out.kind = Offset::Kind::start;
  out.shift = static_cast<std::int64_t>(start);
  return out;
}

}  // namespace

Result<Offset> parse_offset(std::string_view text, Target target) {
  if (text == "*") return Offset{};
  if (text.starts_with("$")) {
    Offset out;
    out.kind = Offset::Kind::macro_group;
    const std::uint64_t group = ANTIDOTARY_TRY(number(text.substr(1), "the macro group"));
    if (group >= 32) return fail(ErrorKind::bad_input, "macro group {}; there are 32", group);
    out.number = static_cast<std::uint32_t>(group);
    return out;
  }
  const std::size_t comma = text.find(',');
  Offset out = ANTIDOTARY_TRY(place_of(text.substr(0, comma)));
  if (comma != std::string_view::npos && comma + 1 < text.size()) {
    out.slack = ANTIDOTARY_TRY(number(text.substr(comma + 1), "the largest shift"));
  }
  const bool of_layout = out.kind != Offset::Kind::start && out.kind != Offset::Kind::end;
  if (of_layout && !has_layout(target)) {
    return fail(ErrorKind::bad_input,
                "an offset of sections or the entry point needs target 1, 6 or 9");
  }
  return out;
}

}  // namespace antidotary::signatures::clamav
