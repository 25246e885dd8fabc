// Fields: one line of a list of digests, cut as people write it: CSV (RFC 4180), other separators,
// the output of sha256sum and of BSD's md5. docs/formats/digest-lists.md is the grammar.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antidotary::signatures::hashes {

/// Whether `text` has the form of an MD5, SHA-1 or SHA-256: 32, 40 or 64 hexadecimal digits.
bool is_digest(std::string_view text);

/// The digest that a field is, without "md5:", "sha1:" or "sha256:" before it; else empty.
std::string_view digest_in(std::string_view field);

/// A digest with the name of its file, as sha256sum ("<digest>  <name>") and BSD's md5, shasum
/// --tag or openssl ("MD5 (<name>) = <digest>") write it.
struct SumLine {
  std::string_view digest;
  std::string_view name;
};
std::optional<SumLine> sum_line(std::string_view line);

/// The fields of `line`, separated by the first of , ; tab | that stands outside quotes, else by
/// blanks; without the blanks and quotes around them. At most 64. Views of `line`; `out` is emptied
/// first, so that one list serves for millions of lines.
void split_fields(std::string_view line, std::vector<std::string_view>& out);

/// "" within quotes is one quote.
std::string unquoted(std::string_view field);

/// What a list's heading says of its columns.
struct Heading {
  std::size_t line = 0;     ///< 1-based.
  std::vector<bool> other;  ///< Columns whose digests are of something else than the file.
  std::optional<std::size_t> name;
};
/// Within the lines before the first digest; a heading may stand in a comment.
std::optional<Heading> heading_of(std::string_view text);

/// Whether a column or key is about something else than the file itself: "imphash", "parent_md5".
bool is_of_something_else(std::string_view column);

}  // namespace antidotary::signatures::hashes
