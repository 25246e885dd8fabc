// The small formats: cdb (members of containers), idb (icons), ign ign2 (names not
// to be reported), and those whose lines are counted only.
#include <array>

#include "core/digest.h"
#include "core/text.h"
#include "match/regex.h"
#include "pack/type_names.h"
#include "signatures/clamav/formats.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

/// "*", "n" or "x-y". Errors: bad_input.
Result<pack::Range> range_of(std::string_view text, std::string_view what) {
  if (text == "*") return pack::Range{};
  const std::size_t dash = text.find('-');
  pack::Range out;
  out.min = ANTIDOTARY_TRY(number(text.substr(0, dash), what));
  out.max = dash == std::string_view::npos ? out.min
                                           : ANTIDOTARY_TRY(number(text.substr(dash + 1), what));
  if (out.min > out.max) return fail(ErrorKind::bad_input, "{} '{}' is empty", what, text);
  return out;
}

/// Errors: bad_input. An expression with ':' is none here: clamscan refuses the whole database.
Result<std::vector<std::string_view>> member_fields(std::string_view line) {
  auto fields = split(line, ':');
  if (fields.size() < 10 || fields.size() > 12) {
    return fail(ErrorKind::bad_input, "{} fields; a rule over members has 10 to 12", fields.size());
  }
  return fields;
}

Status take_member(std::string_view line, std::uint32_t at, Corpus& corpus) {
  const auto fields = ANTIDOTARY_TRY(member_fields(line));
  ANTIDOTARY_CHECK(check_level(fields, 10, corpus));
  pack::MemberRule out;
  out.name = fields[0];
  if (out.name.empty()) return fail(ErrorKind::bad_input, "the name is empty");
  if (fields[1] != "*") {
    if (!pack::strength_of(fields[1])) {
      return fail(ErrorKind::bad_input, "'{}' is no type of container", fields[1].substr(0, 40));
    }
    if (fields[1] != "CL_TYPE_ANY") out.container = fields[1];
  }
  out.container_size = ANTIDOTARY_TRY(range_of(fields[2], "the container's size"));
  if (fields[3] != "*") {
    out.regex = fields[3];
    const auto compiled = match::Regex::compile(out.regex, {});
    if (!compiled) return tl::unexpected(compiled.error());
  }
  out.packed_size = ANTIDOTARY_TRY(range_of(fields[4], "the packed size"));
  out.real_size = ANTIDOTARY_TRY(range_of(fields[5], "the real size"));
  if (fields[6] != "*") {
    const std::uint64_t encrypted = ANTIDOTARY_TRY(number(fields[6], "whether it is encrypted"));
    if (encrypted > 1) return fail(ErrorKind::bad_input, "encrypted is 0, 1 or *");
    out.encrypted = encrypted == 1;
  }
  out.position = ANTIDOTARY_TRY(range_of(fields[7], "the position"));
  if (fields[8] != "*") {
    const auto checksum = from_hex(
        std::string(8 - std::min<std::size_t>(8, fields[8].size()), '0') + std::string(fields[8]));
    if (!checksum || checksum->size() != 4) {
      return fail(ErrorKind::bad_input, "'{}' is no CRC-32", fields[8].substr(0, 20));
    }
    std::uint64_t value = 0;
    for (const std::byte one : *checksum) value = value << 8 | std::to_integer<std::uint64_t>(one);
    out.checksum = value;
  }
  out.origin.line = at;
  if (!corpus.ignores_line(out.name, line)) corpus.add(std::move(out));
  return {};
}

Status take_icon(std::string_view line, std::uint32_t at, Corpus& corpus) {
  const auto fields = split(line, ':');
  if (fields.size() != 4) {
    return fail(ErrorKind::bad_input, "{} fields; an icon is NAME:GROUP1:GROUP2:HASH",
                fields.size());
  }
  pack::Icon out;
  out.name = fields[0];
  out.group1 = fields[1];
  out.group2 = fields[2];
  constexpr std::size_t digits = 124;
  auto hash = from_hex(fields[3]);
  if (!hash || fields[3].size() != digits) {
    return fail(ErrorKind::bad_input, "an icon's hash has {} hexadecimal digits", digits);
  }
  out.hash = std::move(*hash);
  out.origin.line = at;
  corpus.add(std::move(out));
  return {};
}

/// ign2: NAME[:md5 of the line]. ign: file:line:NAME.
Status take_ignore(std::string_view extension, std::string_view line, Corpus& corpus) {
  const auto fields = split(line, ':');
  if (extension == "ign") {
    if (fields.size() < 3 || fields[2].empty()) {
      return fail(ErrorKind::bad_input, "FILE:LINE:NAME is wanted");
    }
    corpus.ignore(std::string(fields[2]), "");
    return {};
  }
  if (fields.size() > 2 || fields[0].empty()) {
    return fail(ErrorKind::bad_input, "NAME, or NAME and the MD5 of its line, is wanted");
  }
  if (fields.size() == 2 && (fields[1].size() != 32 || !from_hex(fields[1]))) {
    return fail(ErrorKind::bad_input, "'{}' is no MD5", fields[1].substr(0, 40));
  }
  corpus.ignore(std::string(fields[0]), fields.size() == 2 ? ascii_lower(fields[1]) : "");
  return {};
}

struct Unapplied {
  std::string_view extension;
  std::string_view why;
};
constexpr std::array unapplied = {
    Unapplied{"crb", "signatures of programs are not checked yet"},
    Unapplied{"cat", "signatures of programs are not checked yet"},
    Unapplied{"cfg", "switches of ClamAV's own engine have no meaning here"},
    Unapplied{"cbc", "bytecode of ClamAV's own machine is not run"},
};

}  // namespace

Status read_members(std::string_view, Bytes bytes, Corpus& corpus) {
  read_lines(bytes, corpus, [&](std::string_view line, std::uint32_t at) {
    return take_member(line, at, corpus);
  });
  return {};
}

Status read_icons(std::string_view, Bytes bytes, Corpus& corpus) {
  read_lines(bytes, corpus,
             [&](std::string_view line, std::uint32_t at) { return take_icon(line, at, corpus); });
  return {};
}

Status read_ignores(std::string_view extension, Bytes bytes, Corpus& corpus) {
  read_lines(bytes, corpus, [&](std::string_view line, std::uint32_t) {
    return take_ignore(extension, line, corpus);
  });
  return {};
}

Status read_unapplied(std::string_view extension, Bytes bytes, Corpus& corpus) {
  for (const Unapplied& one : unapplied) {
    if (one.extension != extension) continue;
    if (extension == "cbc") {
      if (!as_text(bytes).starts_with("ClamBC")) {
        return fail(ErrorKind::bad_input, "it does not begin as bytecode does ('ClamBC')");
      }
      corpus.refuse(0, std::string(one.why));
      return {};
    }
    std::uint64_t lines = 0;
    read_lines(bytes, corpus, [&](std::string_view, std::uint32_t) -> Status {
      ++lines;
      return {};
    });
    corpus.current().refused += lines == 0 ? 0 : lines - 1;
    if (lines > 0) corpus.refuse(0, fmt::format("{} lines: {}", lines, one.why));
    return {};
  }
  return {};
}

}  // namespace antidotary::signatures::clamav
