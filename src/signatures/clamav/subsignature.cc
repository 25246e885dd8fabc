#include "signatures/clamav/subsignature.h"

#include <charconv>
#include <optional>

#include "core/text.h"
#include "match/regex.h"
#include "pack/regex_options.h"
#include "signatures/clamav/lines.h"
#include "signatures/clamav/readers.h"

namespace antidotary::signatures::clamav {
namespace {

using pack::ByteCompare;
using pack::FuzzyImage;
using pack::MacroUse;
using pack::RegexUse;
using pack::Subsignature;
using pack::Target;

constexpr std::string_view fuzzy_mark = "fuzzy_img#";

/// `offset:` before a regular expression; what is left in `text`.
Result<pack::Offset> leading_offset(std::string_view& text, Target target) {
  const std::size_t colon = text.find(':');
  const std::size_t slash = text.find('/');
  if (colon == std::string_view::npos || colon > slash) return pack::Offset{};
  const pack::Offset out = ANTIDOTARY_TRY(parse_offset(text.substr(0, colon), target));
  text.remove_prefix(colon + 1);
  return out;
}

Result<Subsignature> parse_regex(std::string_view text, Target target) {
  RegexUse out;
  out.offset = ANTIDOTARY_TRY(leading_offset(text, target));
  const std::size_t open = text.find('/');
  const std::size_t close = text.rfind('/');
  if (open == close) return fail(ErrorKind::bad_input, "a regular expression without its end '/'");
  const std::string_view trigger = text.substr(0, open);
  if (trigger.find_first_not_of(' ') == std::string_view::npos)
    return fail(ErrorKind::bad_input, "a regular expression without a trigger");
  out.trigger = ANTIDOTARY_TRY(parse_expression(trigger));
  out.flags = text.substr(close + 1);
  if (out.flags.find_first_not_of("greismxAEU") != std::string::npos) {
    return fail(ErrorKind::bad_input, "unknown flags '{}' of a regular expression", out.flags);
  }
  const std::string_view body = text.substr(open + 1, close - open - 1);
  if (body.empty()) return fail(ErrorKind::bad_input, "an empty regular expression");
  // `\/` is how a slash is written between slashes.
  for (std::size_t i = 0; i < body.size(); ++i) {
    const bool escaped = body[i] == '\\' && i + 1 < body.size() && body[i + 1] == '/';
    if (!escaped) out.regex += body[i];
  }
  const auto compiled = match::Regex::compile(out.regex, pack::regex_options(out.flags));
  if (!compiled) return tl::unexpected(compiled.error());
  return out;
}

Result<std::uint64_t> compared_value(std::string_view text) {
  // As C has it: 0x before hexadecimal, 0 before octal.
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const bool octal = !hex && text.size() > 1 && text[0] == '0';
  if (hex) text.remove_prefix(2);
  std::uint64_t out = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, out, hex ? 16 : octal ? 8 : 10);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) {
    return fail(ErrorKind::bad_input, "a byte comparison with '{}'", text.substr(0, 40));
  }
  return out;
}

Status take_options(std::string_view options, ByteCompare& out) {
  bool base = false;
  bool little = false;
  bool big = false;
  std::string digits;
  for (const char one : options) {
    switch (one) {
      case 'h':
      case 'd':
      case 'a':
      case 'i':
        if (base) return fail(ErrorKind::bad_input, "a byte comparison of two bases");
        out.base = one;
        base = true;
        break;
      case 'l':
        out.little_endian = little = true;
        break;
      case 'b':
        out.little_endian = false;
        big = true;
        break;
      case 'e':
        out.exact = true;
        break;
      default:
        digits += one;  // what is no digit is told below
    }
  }
  if (!base) return fail(ErrorKind::bad_input, "a byte comparison without h, d, a or i");
  if (out.base == 'd' && little) {
    return fail(ErrorKind::bad_input, "a byte comparison of little-endian decimal digits");
  }
  const std::uint64_t bytes = ANTIDOTARY_TRY(number(digits, "the bytes of a comparison"));
  const bool raw_size = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
  const std::uint64_t most = out.base == 'h' ? 18 : 64;
  if (bytes == 0 || bytes > most || (out.base == 'i' && !raw_size)) {
    return fail(ErrorKind::bad_input, "a byte comparison of {} bytes", bytes);
  }
  // Without an order of bytes clamscan takes all but decimal digits, and never finds them.
  const bool ordered = out.base == 'd' || little || big;
  out.bytes = ordered ? static_cast<std::uint32_t>(bytes) : 0;
  return {};
}

Result<Subsignature> parse_compare(std::string_view text) {
  const std::size_t open = text.find('(');
  if (text.back() != ')') return fail(ErrorKind::bad_input, "a byte comparison without its ')'");
  ByteCompare out;
  const std::uint64_t trigger = ANTIDOTARY_TRY(number(text.substr(0, open), "the trigger"));
  if (trigger >= match::subs_max) return fail(ErrorKind::bad_input, "trigger {}", trigger);
  out.trigger = static_cast<std::uint32_t>(trigger);
  const auto fields = split(text.substr(open + 1, text.size() - open - 2), '#');
  if (fields.size() != 3) {
    return fail(ErrorKind::bad_input, "a byte comparison is offset#options#comparison");
  }
  const bool forward = fields[0].starts_with(">>");
  if (!forward && !fields[0].starts_with("<<")) {
    return fail(ErrorKind::bad_input, "a byte comparison's offset begins with >> or <<");
  }
  const std::uint64_t distance = ANTIDOTARY_TRY(compared_value(fields[0].substr(2)));
  if (distance > (1ull << 40)) return fail(ErrorKind::bad_input, "an offset of {}", distance);
  out.offset = static_cast<std::int64_t>(distance) * (forward ? 1 : -1);
  ANTIDOTARY_CHECK(take_options(fields[1], out));
  for (const std::string_view one : split(fields[2], ',')) {
    if (one.size() < 2 || std::string_view("<>=").find(one[0]) == std::string_view::npos) {
      return fail(ErrorKind::bad_input, "a byte comparison by '{}'", one.substr(0, 20));
    }
    out.comparisons.push_back({one[0], ANTIDOTARY_TRY(compared_value(one.substr(1)))});
  }
  if (out.comparisons.size() > 2) return fail(ErrorKind::bad_input, "over two byte comparisons");
  return out;
}

Result<Subsignature> parse_macro(std::string_view text) {
  const std::size_t close = text.find('}');
  const std::size_t dash = text.find('-');
  if (close == std::string_view::npos || dash == std::string_view::npos || dash > close ||
      text.back() != '$') {
    return fail(ErrorKind::bad_input, "a macro is ${{min-max}}group$");
  }
  MacroUse out;
  out.min = ANTIDOTARY_TRY(number(text.substr(2, dash - 2), "a macro's distance"));
  out.max = ANTIDOTARY_TRY(number(text.substr(dash + 1, close - dash - 1), "a macro's distance"));
  const std::uint64_t group =
      ANTIDOTARY_TRY(number(text.substr(close + 1, text.size() - close - 2), "the macro group"));
  if (group >= 32 || out.min > out.max || out.max > 0xffff) {
    return fail(ErrorKind::bad_input, "a macro of group {} from {} to {}", group, out.min, out.max);
  }
  out.group = static_cast<std::uint32_t>(group);
  return out;
}

Result<Subsignature> parse_fuzzy(std::string_view text) {
  const auto fields = split(text.substr(fuzzy_mark.size()), '#');
  FuzzyImage out;
  const char* const end = fields[0].data() + fields[0].size();
  const auto parsed = std::from_chars(fields[0].data(), end, out.hash, 16);
  if (fields[0].size() != 16 || parsed.ec != std::errc{} || parsed.ptr != end) {
    return fail(ErrorKind::bad_input, "an image's hash has 16 hexadecimal digits");
  }
  if (fields.size() > 1) {
    const std::uint64_t distance = ANTIDOTARY_TRY(number(fields[1], "the distance of images"));
    if (distance > 0) return fail(ErrorKind::unsupported, "images of another distance than 0");
  }
  return out;
}

Result<Subsignature> parse_plain(std::string_view text, Target target) {
  pack::Body out;
  std::string_view modifiers;
  if (const std::size_t mark = text.find("::"); mark != std::string_view::npos) {
    modifiers = text.substr(mark + 2);
    text = text.substr(0, mark);
  }
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    out.offset = ANTIDOTARY_TRY(parse_offset(text.substr(0, colon), target));
    text.remove_prefix(colon + 1);
  }
  out.patterns = ANTIDOTARY_TRY(parse_body(text, modifiers));
  return out;
}

/// `3(>>4#...)`: digits, then a parenthesis with a '#' behind.
bool is_compare(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == 0 || open == std::string_view::npos) return false;
  return text.find_first_not_of("0123456789") == open && text.find('#') != std::string_view::npos;
}

}  // namespace

std::vector<std::string_view> split_subsignatures(std::string_view line) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  bool regex = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool escaped = i > 0 && line[i - 1] == '\\' && !(i > 1 && line[i - 2] == '\\');
    // Names and conditions have no slashes.
    if (line[i] == '/' && out.size() >= 3 && !escaped) regex = !regex;
    if (line[i] != ';' || regex) continue;
    out.push_back(line.substr(begin, i - begin));
    begin = i + 1;
  }
  out.push_back(line.substr(begin));
  return out;
}

Result<Subsignature> parse_subsignature(std::string_view text, Target target) {
  if (text.empty()) return fail(ErrorKind::bad_input, "it is empty");
  if (text.starts_with(fuzzy_mark)) return parse_fuzzy(text);
  if (text.starts_with("${")) return parse_macro(text);
  // Modifiers behind these two are read and mean nothing.
  const std::string_view bare = text.substr(0, text.rfind("::"));
  if (text.find('/') != std::string_view::npos) {
    const bool behind = bare.find_last_of('/') == text.find_last_of('/');
    return parse_regex(behind ? bare : text, target);
  }
  if (is_compare(text)) return parse_compare(bare);
  return parse_plain(text, target);
}

}  // namespace antidotary::signatures::clamav
