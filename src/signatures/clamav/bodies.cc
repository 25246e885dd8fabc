// ndb ndu sdb (NAME:TARGET:OFFSET:BODY[:minFL[:maxFL]]) and db (NAME=BODY).
#include "signatures/clamav/body.h"
#include "signatures/clamav/formats.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

constexpr std::size_t plain_bytes_min = 3;  ///< Of a body that any file may have.

/// Where any file may have it, a body without wildcards is three bytes at least.
Status check_length(pack::Target target, const std::vector<match::Pattern>& patterns) {
  const match::Pattern& pattern = patterns.front();
  if (target != pack::Target::any || !is_plain(pattern) ||
      pattern.parts[0].units.size() >= plain_bytes_min) {
    return {};
  }
  return fail(ErrorKind::bad_input, "a body for any file has {} bytes at least", plain_bytes_min);
}

Result<pack::Target> target_of(std::string_view text) {
  if (text.empty()) return pack::Target::any;
  const std::uint64_t target = ANTIDOTARY_TRY(number(text, "the target"));
  if (target >= pack::targets) {
    return fail(ErrorKind::unsupported, "target {}; 0 to {} are known", target, pack::targets - 1);
  }
  return static_cast<pack::Target>(target);
}

pack::Rule plain_rule(std::string_view name, pack::Target target, pack::Offset offset,
                      std::vector<match::Pattern> patterns, std::string_view line,
                      std::uint32_t number) {
  pack::Rule out;
  out.name = name;
  out.conditions.target = target;
  out.subs.push_back(pack::Body{offset, std::move(patterns)});
  out.origin.line = number;
  out.text = line;
  return out;
}

Status take_extended(std::string_view line, std::uint32_t at, Corpus& corpus) {
  const auto fields = split(line, ':');
  if (fields.size() < 4 || fields.size() > 6) {
    return fail(ErrorKind::bad_input, "{} fields; NAME:TARGET:OFFSET:BODY and two levels are taken",
                fields.size());
  }
  if (fields[0].empty()) return fail(ErrorKind::bad_input, "the name is empty");
  ANTIDOTARY_CHECK(check_level(fields, 4, corpus));
  const pack::Target target = ANTIDOTARY_TRY(target_of(fields[1]));
  const pack::Offset offset = ANTIDOTARY_TRY(parse_offset(fields[2], target));
  auto patterns = ANTIDOTARY_TRY(parse_body(fields[3], ""));
  ANTIDOTARY_CHECK(check_length(target, patterns));
  corpus.add(plain_rule(fields[0], target, offset, std::move(patterns), line, at));
  return {};
}

Status take_old(std::string_view line, std::uint32_t at, Corpus& corpus) {
  const std::size_t equals = line.find('=');
  if (equals == 0 || equals == std::string_view::npos) {
    return fail(ErrorKind::bad_input, "NAME=BODY is wanted");
  }
  auto patterns = ANTIDOTARY_TRY(parse_body(line.substr(equals + 1), ""));
  ANTIDOTARY_CHECK(check_length(pack::Target::any, patterns));
  corpus.add(
      plain_rule(line.substr(0, equals), pack::Target::any, {}, std::move(patterns), line, at));
  return {};
}

}  // namespace

Status read_bodies(std::string_view extension, Bytes bytes, Corpus& corpus) {
  const bool old = extension == "db";
  read_lines(bytes, corpus, [&](std::string_view line, std::uint32_t at) {
    return old ? take_old(line, at, corpus) : take_extended(line, at, corpus);
  });
  return {};
}

}  // namespace antidotary::signatures::clamav
