// Text: UTF-8 and UTF-16, case folding as Windows compares names, wildcards, and escaping of
// hostile names for a terminal.
//
// Tables are our own: iconv opens files and locales, which a jailed worker may not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace antidotary {

/// True where `text` is well-formed UTF-8 (Unicode 15, table 3-7: no surrogates, shortest form).
bool is_utf8(std::string_view text);

/// Decodes UTF-16LE; a lone surrogate becomes U+FFFD; an odd last byte is dropped.
std::string utf8_from_utf16_le(Bytes bytes);
/// Encodes to UTF-16LE; malformed UTF-8 becomes U+FFFD.
Buffer utf16_le_from_utf8(std::string_view text);
/// Each byte is the code point of the same number.
std::string utf8_from_latin1(std::string_view bytes);
/// Windows-1252, the usual charset of messages that say none.
std::string utf8_from_windows1252(std::string_view bytes);

/// Appends `code_point` as UTF-8; an invalid one as U+FFFD.
void append_utf8(std::string& out, char32_t code_point);
/// Decodes one code point at `at` and moves past it; malformed bytes give U+FFFD, one byte each.
char32_t next_code_point(std::string_view text, std::size_t& at);

/// One code point in upper case, as Windows' name comparison knows it: Latin, Greek, Cyrillic and
/// Armenian pairs; everything else is itself.
char32_t upper_case(char32_t code_point);
/// For comparing names without regard to case. Malformed bytes are kept apart from each other.
std::string fold_case(std::string_view utf8);
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
/// ASCII only: for keywords of formats (header names, file extensions).
std::string ascii_lower(std::string_view text);
bool equal_ascii_ignoring_case(std::string_view a, std::string_view b);

/// `*` stands for any run, `?` for one code point; case is ignored; linear memory, O(n*m) time.
bool matches_wildcard(std::string_view pattern, std::string_view text);

/// Runs of white space become one blank, ends are trimmed.
std::string collapse_white_space(std::string_view text);
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// Safe to show: control, bidirectional-override, zero-width and malformed bytes as \xNN or
/// \u{N}; a backslash stays as it is. For anything that a stranger may have named.
std::string escape_for_terminal(std::string_view text);

}  // namespace antidotary
