// pdb and wdb (hosts that messages imitate, and pairs of hosts that are honest), gdb (digests of
// addresses) and pwdb (passwords of archives).
#include <algorithm>
#include <charconv>

#include "core/text.h"
#include "match/regex.h"
#include "signatures/clamav/formats.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using pack::LinkDigest;
using pack::LinkRule;

template <class Kind>
std::uint8_t code(Kind kind) {
  return static_cast<std::uint8_t>(kind);
}

/// Takes "17-" or "17-20" off the end of the line's fields. Errors: unsupported (another level).
Status take_levels(std::vector<std::string_view>& fields, std::size_t least, const Corpus& corpus) {
  if (fields.size() <= least) return {};
  const std::string_view last = fields.back();
  const std::size_t dash = last.find('-');
  const bool digits = last.find_first_not_of("0123456789-") == std::string_view::npos;
  if (dash == std::string_view::npos || !digits) return {};
  fields.pop_back();
  const std::uint64_t from =
      dash == 0 ? 0 : ANTIDOTARY_TRY(number(last.substr(0, dash), "the least level"));
  const std::string_view to = last.substr(dash + 1);
  const std::uint64_t until =
      to.empty() ? ~std::uint64_t{0} : ANTIDOTARY_TRY(number(to, "the greatest level"));
  const std::uint64_t level = corpus.options().engine_level;
  if (level >= from && level <= until) return {};
  return fail(ErrorKind::unsupported, "for engines of level {}; this one is {}", last, level);
}

std::string joined(const std::vector<std::string_view>& fields, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < fields.size(); ++i) {
    if (i > from) out += ':';
    out += fields[i];
  }
  return out;
}

Status take_link(std::string_view extension, std::string_view line, std::uint32_t at,
                 Corpus& corpus) {
  auto fields = split(line, ':');
  const bool guarded = extension == "pdb";
  const std::string_view letter = fields[0].substr(0, 1);
  const bool regex = letter == (guarded ? "R" : "X");
  if (!regex && letter != (guarded ? "H" : "M")) {
    return fail(ErrorKind::bad_input, "'{}' is no kind of line; {} are known",
                fields[0].substr(0, 20), guarded ? "R and H" : "X and M");
  }
  const std::size_t least = guarded && !regex ? 2 : 3;
  ANTIDOTARY_CHECK(take_levels(fields, least, corpus));
  LinkRule out;
  out.text = joined(fields, 1);
  out.line = at;
  if (fields.size() < least || (!regex && fields.size() != least) || out.text.empty()) {
    return fail(ErrorKind::bad_input, "{} fields; {} are wanted", fields.size(), least);
  }
  if (regex) {
    const auto compiled = match::Regex::compile(out.text, {});
    if (!compiled) return tl::unexpected(compiled.error());
  }
  using Kind = LinkRule::Kind;
  out.kind = code(guarded ? (regex ? Kind::guarded_regex : Kind::guarded_host)
                          : (regex ? Kind::honest_regex : Kind::honest_hosts));
  corpus.add(std::move(out));
  return {};
}

Status take_address(std::string_view line, std::uint32_t at, Corpus& corpus) {
  const auto fields = split(line, ':');
  using Kind = LinkDigest::Kind;
  const bool known = fields[0] == "S" || fields[0] == "S1" || fields[0] == "S2";
  if (fields.size() != 3 || !known) {
    return fail(ErrorKind::bad_input, "S, S1 or S2, then P, F or W, then a digest are wanted");
  }
  const bool prefix = fields[1] == "P";
  if (!prefix && fields[1] != "F" && fields[1] != "W") {
    return fail(ErrorKind::bad_input, "'{}' is neither P, F nor W", fields[1].substr(0, 20));
  }
  const std::size_t digits = prefix ? 8 : 64;
  if (fields[2].size() != digits || !from_hex(fields[2])) {
    return fail(ErrorKind::bad_input, "a digest of {} hexadecimal digits is wanted", digits);
  }
  LinkDigest out;
  out.kind = code(fields[1] == "W"    ? Kind::honest
                  : fields[0] == "S"  ? Kind::malware
                  : fields[0] == "S1" ? Kind::blocked
                                      : Kind::phishing);
  out.sha256 = ascii_lower(fields[2]);
  out.line = at;
  // A beginning only saves looking for the whole digest elsewhere: alone it tells nothing.
  if (prefix) out.sha256.clear();
  corpus.add(std::move(out));
  return {};
}

/// "Engine:81-255,Container:CL_TYPE_ZIP": the container, or empty.
Result<std::string> container_of(std::string_view conditions, const Corpus& corpus) {
  std::string out;
  for (const std::string_view one : split(conditions, ',')) {
    const std::size_t colon = one.find(':');
    const std::string_view key = one.substr(0, colon);
    const std::string_view value =
        colon == std::string_view::npos ? std::string_view{} : one.substr(colon + 1);
    if (key == "Engine") {
      std::vector<std::string_view> levels{value};
      ANTIDOTARY_CHECK(take_levels(levels, 0, corpus));
    } else if (key == "Container") {
      if (value != "CL_TYPE_ZIP" && value != "CL_TYPE_RAR" && value != "CL_TYPE_ANY") {
        return fail(ErrorKind::bad_input, "'{}' holds no passwords; zip and rar do",
                    value.substr(0, 40));
      }
      if (value != "CL_TYPE_ANY") out = value;
    } else if (key != "Target") {
      return fail(ErrorKind::unsupported, "an unknown condition '{}'", key.substr(0, 40));
    }
  }
  return out;
}

Status take_password(std::string_view line, Corpus& corpus) {
  const auto fields = split(line, ';', 4);
  if (fields.size() != 4 || fields[0].empty()) {
    return fail(ErrorKind::bad_input, "NAME;CONDITIONS;0 or 1;PASSWORD is wanted");
  }
  pack::Password out;
  out.name = fields[0];
  out.container = ANTIDOTARY_TRY(container_of(fields[1], corpus));
  if (fields[2] == "0") {
    out.text = fields[3];
  } else if (fields[2] == "1") {
    const auto bytes = from_hex(fields[3]);
    if (!bytes) return fail(ErrorKind::bad_input, "the password is no hexadecimal text");
    out.text = to_string(*bytes);
  } else {
    return fail(ErrorKind::bad_input, "'{}' is neither 0 (as it stands) nor 1 (hexadecimal)",
                fields[2].substr(0, 20));
  }
  if (out.text.empty()) return fail(ErrorKind::bad_input, "the password is empty");
  corpus.add(std::move(out));
  return {};
}

}  // namespace

Status read_links(std::string_view extension, Bytes bytes, Corpus& corpus) {
  read_lines(bytes, corpus, [&](std::string_view line, std::uint32_t at) {
    return extension == "gdb" ? take_address(line, at, corpus)
                              : take_link(extension, line, at, corpus);
  });
  return {};
}

Status read_passwords(std::string_view, Bytes bytes, Corpus& corpus) {
  read_lines(bytes, corpus,
             [&](std::string_view line, std::uint32_t) { return take_password(line, corpus); });
  return {};
}

}  // namespace antidotary::signatures::clamav
