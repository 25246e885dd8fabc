#include "unpack/documents/autoit_script.h"

#include <fmt/core.h>

#include <array>
#include <bit>
#include <string_view>

#include "core/reader.h"
#include "core/text.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;

enum Token : std::uint8_t {
  number32 = 0x05,
  number64 = 0x10,
  fraction = 0x20,
  keyword = 0x30,
  function = 0x31,
  macro = 0x32,
  variable = 0x33,
  user_function = 0x34,
  member = 0x35,
  text = 0x36,
  directive = 0x37,
  first_sign = 0x40,
  line_end = 0x7f,
};

constexpr std::array signs = {","sv,  "="sv,  ">"sv,  "<"sv,  "<>"sv, ">="sv, "<="sv, "("sv,  ")"sv,
                              "+"sv,  "-"sv,  "/"sv,  "*"sv,  "&"sv,  "["sv,  "]"sv,  "=="sv, "^"sv,
                              "+="sv, "-="sv, "/="sv, "*="sv, "&="sv, "?"sv,  ":"sv};

bool holds_blank(std::uint8_t token) {
  const std::string_view sign = signs[token - first_sign];
  return sign != "("sv && sign != ")"sv && sign != "["sv && sign != "]"sv;
}

/// UTF-16 whose units are mixed with their number.
Result<std::string> read_text(Reader& reader) {
  const std::uint32_t count = ANTIDOTARY_TRY(reader.u32_le());
  if (count > reader.remaining() / 2) {
    return fail_at(reader.offset(), ErrorKind::truncated, "a text ends early");
  }
  Buffer units = to_buffer(ANTIDOTARY_TRY(reader.take(std::size_t{count} * 2)));
  for (std::size_t i = 0; i + 1 < units.size(); i += 2) {
    store_u16_le(units, i, static_cast<std::uint16_t>(load_u16_le(units, i) ^ count));
  }
  return utf8_from_utf16_le(units);
}

std::string quoted(std::string_view words) {
  std::string out = "\"";
  for (const char c : words) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

Result<std::string> read_token(Reader& reader) {
  const std::uint8_t token = ANTIDOTARY_TRY(reader.u8());
  switch (token) {
    case number32:
      return fmt::format("{} ", static_cast<std::int32_t>(ANTIDOTARY_TRY(reader.u32_le())));
    case number64:
      return fmt::format("{} ", static_cast<std::int64_t>(ANTIDOTARY_TRY(reader.u64_le())));
    case fraction:
      return fmt::format("{} ", std::bit_cast<double>(ANTIDOTARY_TRY(reader.u64_le())));
    case keyword:
    case function:
    case user_function:
    case directive:
      return ANTIDOTARY_TRY(read_text(reader)) + " ";
    case macro:
      return "@" + ANTIDOTARY_TRY(read_text(reader)) + " ";
    case variable:
      return "$" + ANTIDOTARY_TRY(read_text(reader)) + " ";
    case member:
      return "." + ANTIDOTARY_TRY(read_text(reader));
    case text:
      return quoted(ANTIDOTARY_TRY(read_text(reader)));
    case line_end:
      return std::string("\n");
    default:
      break;
  }
  if (token < first_sign || token - first_sign >= static_cast<int>(signs.size())) {
    return fail_at(reader.offset(), ErrorKind::unsupported, "the script has an unknown token {:#x}",
                   token);
  }
  return std::string(signs[token - first_sign]) + (holds_blank(token) ? " " : "");
}

}  // namespace

Brought autoit_script_text(Bytes tokens, Budget& budget) {
  Brought out;
  Reader reader(tokens);
  if (const auto lines = reader.u32_le(); !lines) {
    out.error = lines.error();
    return out;
  }
  std::string piece;
  while (!reader.at_end() && !out.error) {
    auto words = read_token(reader);
    if (words) piece += *words;
    if (words && piece.size() < (16u << 10) && !reader.at_end()) continue;
    if (!bring(out, as_bytes(piece), budget)) break;
    piece.clear();
    if (!words) out.error = words.error();
  }
  return out;
}

}  // namespace antidotary::unpack
