// MIME parameters: "attachment; filename*0*=utf-8''a%20; filename*1=b" and its kin.
//
// Read leniently, as mail programs do, into one value each; whether the field is written so that
// all programs agree about it says syntax.h.
//
// Spec: RFC 2045, 5.1; RFC 2047; RFC 2231.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace antidotary::mime {

/// Longest field value that is looked at; the rest of a longer one is passed over.
inline constexpr std::size_t field_bytes_max = 64u << 10;
/// Longest decoded parameter (a file name): of a longer one the first and the last half are kept,
/// since what is at its end decides how it opens.
inline constexpr std::size_t parameter_bytes_max = 4096;

struct Parameter {
  std::string name;   ///< Lower case, without RFC 2231's stars.
  std::string value;  ///< UTF-8, decoded.
};

/// "text/plain; charset=utf-8" taken apart.
struct Parametered {
  std::string value;  ///< Lower case: "text/plain", "attachment".
  std::vector<Parameter> parameters;
  const std::string* find(std::string_view name) const;
};

/// Lines joined (RFC 5322, 2.2.3), ends trimmed.
std::string unfold(std::string_view value);
/// A field's value as a person reads it: unfolded, encoded words decoded, white space collapsed.
std::string readable(std::string_view value);
/// Takes "value; name=value" apart: quoted strings, comments, RFC 2231's charsets and pieces, and
/// encoded words in values, which the RFC forbids and mail programs write.
Parametered read_parametered(std::string_view value);

}  // namespace antidotary::mime
