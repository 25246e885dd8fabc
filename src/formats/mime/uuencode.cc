#include "formats/mime/uuencode.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "formats/mime/base64.h"

namespace antidotary::mime {
namespace {

constexpr std::string_view xx_digits =
    "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
// A line of at most 45 bytes takes 61 characters; some writers take 63 bytes and a checksum.
constexpr std::size_t line_chars_max = 128;

int xx_value(char c) {
  const std::size_t at = xx_digits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}
int uu_value(char c) { return (c - ' ') & 63; }

std::string_view line_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::string_view line = rest.substr(0, rest.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}
std::size_t next_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

constexpr std::string_view base64_begin = "begin-base64";

/// Whether `line` begins one; what follows the line is not looked at.
bool begins_block(std::string_view line) {
  const bool base64 = line.starts_with(base64_begin);
  if (!base64 && !line.starts_with("begin")) return false;
  std::size_t at = base64 ? base64_begin.size() : 5;
  const std::size_t blanks = at;
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  const std::size_t digits = at;
  while (at < line.size() && line[at] >= '0' && line[at] <= '7') ++at;
  return digits > blanks && at - digits >= 3 && at - digits <= 6 && at < line.size() &&
         (line[at] == ' ' || line[at] == '\t');
}

std::string name_of(std::string_view head) {
  const std::size_t word = head.starts_with(base64_begin) ? base64_begin.size() : 0;
  const std::size_t mode = head.find_first_of("01234567", word);
  const std::string_view name =
      trim(head.substr(std::min(head.size(), head.find_first_of(" \t", mode))));
  return is_utf8(name) ? std::string(name) : utf8_from_windows1252(name);
}

bool has_lower(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// One line; `by_length`: as long as its first character says, else as it has characters.
void decode_line(std::string_view line, bool xx, bool by_length, Buffer& out) {
  const auto value = [xx](char c) { return xx ? xx_value(c) : uu_value(c); };
  const int stated = value(line[0]);
  if (stated <= 0) return;
  const std::string_view digits = line.substr(1);
  // Blanks at a line's end are lost on the way: they are zeros.
  const std::size_t count = by_length ? static_cast<std::size_t>(stated) : digits.size() * 3 / 4;
  std::uint32_t bits = 0;
  unsigned held = 0;
  const std::size_t begin = out.size();
  for (const char c : digits) {
    bits = (bits << 6 | static_cast<std::uint32_t>(std::max(0, value(c)))) & 0xffffffu;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<std::byte>(bits >> held & 0xff));
  }
  out.resize(begin + count);
}

UuBlock read_base64(std::string_view text, std::size_t at, UuBlock block) {
  const std::size_t end = text.find("====", at);
  block.ended = end != std::string_view::npos;
  const std::string_view body = text.substr(at, std::min(end, text.size()) - at);
  block.bytes = decode_base64(body, body.size()).bytes;
  block.end = block.ended ? next_line(text, end) : text.size();
  return block;
}

std::optional<std::size_t> find_begin(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::size_t found = text.find("begin", at);
    if (found == std::string_view::npos) return std::nullopt;
    const bool starts = found == 0 || text[found - 1] == '\n' || text[found - 1] == '\r';
    if (starts && begins_block(text.substr(found))) return found;
    at = found + 5;
  }
  return std::nullopt;
}

}  // namespace

std::optional<UuBlock> next_uuencoded(std::string_view text, std::size_t at) {
  const auto found = find_begin(text, at);
  if (!found) return std::nullopt;
  const std::string_view head = line_at(text, *found);
  UuBlock out;
  out.begin = *found;
  out.name = name_of(head);
  at = next_line(text, *found);
  if (head.starts_with(base64_begin)) return read_base64(text, at, std::move(out));
  // uuencode has no small letters, xxencode few lines without.
  const bool xx = has_lower(line_at(text, at)) && !line_at(text, at).starts_with("end");
  while (at < text.size()) {
    const std::string_view line = line_at(text, at);
    if (line == "end") {
      out.ended = true;
      at = next_line(text, at);
      break;
    }
    if (line.size() > line_chars_max || begins_block(line)) break;
    at = next_line(text, at);
    if (line.empty()) continue;
    decode_line(line, xx, true, out.bytes);
    // A line of no bytes comes last; "end" behind it is often lost.
    if (line == "`" || line == " " || (xx && line == "+")) {
      out.ended = true;
      if (at < text.size() && line_at(text, at) == "end") at = next_line(text, at);
      break;
    }
  }
  out.end = at;
  return out;
}

std::vector<Buffer> uuencoded_without_begin(std::string_view text) {
  std::array<Buffer, 3> all;
  for (std::size_t at = 0; at < text.size(); at = next_line(text, at)) {
    const std::string_view line = line_at(text, at);
    if (line == "end") break;
    if (line.empty() || line.size() > line_chars_max || begins_block(line)) continue;
    decode_line(line, false, true, all[0]);
    decode_line(line, false, false, all[1]);
    decode_line(line, true, true, all[2]);
  }
  std::vector<Buffer> out;
  for (Buffer& one : all) {
    if (!one.empty()) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace antidotary::mime
