// Anomaly: what in a message is not as the RFCs have it, and so is read differently by different
// mail programs, or by nobody as its writer pretends.
//
// Any of them makes unpack/ look at every reading (readings.h), but body_looks_encoded alone, of
// which only the body's own codes are undone. Some are harmless by themselves: only those of which
// is_ambiguous() is true make a message one whose readers disagree.
#pragma once

#include <cstdint>
#include <string_view>

namespace antidotary::mime {

enum class Anomaly : std::uint8_t {
  header_cut_short,      ///< A line that is no field stands in a header; the body begins there.
  header_not_ended,      ///< A delimiter, or the end, stands where an empty line should.
  blank_line_odd,        ///< A line of blanks alone, or an empty first line, in a header.
  blank_before_colon,    ///< "Content-Type : text/plain", of a field that decides the tree.
  field_too_long,        ///< Longer than field_bytes_max.
  too_many_fields,       ///< More than fields_max; the rest is left out.
  field_twice,           ///< Content-Type or another field that decides the tree stands twice.
  field_hidden,          ///< "Content-" something at the start of another field's line.
  field_odd_bytes,       ///< 8-bit or control characters in a field that decides the tree.
  nul_in_header,         ///< A NUL byte in a header field.
  bare_carriage_return,  ///< A CR without LF in a header, or before a delimiter in a body.
  byte_order_mark,       ///< Before the first field.
  type_odd,              ///< A Content-Type that is not "type/subtype; name=value".
  type_unknown,          ///< "multi/part", "multipart": what no reader need take for a multipart.
  boundary_missing,      ///< A multipart that names no boundary; read as one part.
  boundary_odd,          ///< Empty, too long, quoted or coded in a way that readers differ about.
  boundary_twice,        ///< A multipart inside one of the same boundary.
  boundary_never_seen,   ///< A multipart whose boundary does not occur in it.
  boundary_beside,       ///< A boundary that is stated for what is no multipart.
  multipart_not_closed,  ///< The closing delimiter is missing.
  multipart_encoded,     ///< A multipart that states base64 or quoted-printable (RFC 2045, 6.4).
  message_encoded,       ///< The same of a message inside the message.
  delimiter_odd,         ///< A line that begins with a delimiter and goes on.
  delimiter_unknown,     ///< "--" and a part's fields where no multipart has such a boundary.
  encoded_outside,       ///< What looks encoded before, between or behind the parts.
  encoding_odd,          ///< A Content-Transfer-Encoding that is more than one known word.
  encoding_unknown,      ///< One of no known name.
  base64_odd,            ///< Characters that base64 does not know, or `=` within it.
  base64_cut,            ///< Its last quantum is not whole, or an empty line stands in it.
  quoted_odd,            ///< `=` without two digits or a line's end in quoted-printable.
  body_looks_encoded,    ///< A body that states no encoding looks as if it had one.
};
inline constexpr std::size_t anomalies_count =
    static_cast<std::size_t>(Anomaly::body_looks_encoded) + 1;

/// As reports write it: "header_cut_short".
std::string_view name_of(Anomaly anomaly);

/// True where programs in use disagree about what the message holds because of it.
bool is_ambiguous(Anomaly anomaly);

/// The first place where an anomaly was met.
struct Noticed {
  Anomaly what{};
  std::size_t offset = 0;  ///< From the start of the message.
};

}  // namespace antidotary::mime
