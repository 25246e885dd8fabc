// PDF's syntax: where values begin and end, what names and strings say, and dictionaries.
//
// Nothing is kept but views: a value is the stretch of bytes that holds it, read when it is asked
// for. So nesting costs no memory, and nothing is read by recursion.
//
// Spec: ISO 32000-1:2008, 7.2 and 7.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace antidotary::pdf {

bool is_white(char c);
bool is_delimiter(char c);
/// The first place from `at` that is neither white space nor in a comment.
std::size_t skip_white(std::string_view text, std::size_t at);

/// The end of the value that begins at `at`: of a dictionary, array, string, name, number, word or
/// reference ("12 0 R"). A value that is not closed ends with the text, or before "endobj" or
/// "stream".
std::size_t end_of_value(std::string_view text, std::size_t at);

struct Pair {
  std::string name;        ///< Without its slash, #xx decoded.
  std::string_view value;  ///< As it stands.
};

/// The pairs of the dictionary that `value` is; none where it is none.
std::vector<Pair> pairs_of(std::string_view value);
/// The values of an array; of any other value itself.
std::vector<std::string_view> items_of(std::string_view value);

/// The value of the first pair of that name, or nullopt.
std::optional<std::string_view> value_in(const std::vector<Pair>& pairs, std::string_view name);

struct Reference {
  std::uint32_t number = 0;
  std::uint32_t generation = 0;
};
std::optional<Reference> reference_of(std::string_view value);
std::optional<std::int64_t> integer_of(std::string_view value);
/// A name without its slash, #xx decoded; nullopt where `value` is none.
std::optional<std::string> name_of(std::string_view value);
/// The bytes of a string, either kind; nullopt where `value` is none.
std::optional<std::string> string_of(std::string_view value);
/// A text string (7.9.2.2): UTF-16 with its mark, else as single bytes. UTF-8.
std::string text_of(std::string_view string);

}  // namespace antidotary::pdf
