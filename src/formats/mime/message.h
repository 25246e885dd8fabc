// MIME: the tree of a mail message: its parts, their header fields, where their bodies stand.
//
// Everything is a view into the message or an offset; nothing is decoded until it is asked for.
// Reading is lenient as mail programs are, and says where it had to be (Anomaly). What a message
// *means* to its reader is mail/'s business. A message inside a message (message/rfc822) is a leaf:
// whoever unpacks it reads it in its turn, on the same budget.
//
// Spec: RFC 5322, RFC 2045, RFC 2046, RFC 2183, RFC 2231.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/mime/encoding.h"

namespace antidotary::mime {

/// Header fields kept of one message, all parts together.
inline constexpr std::size_t fields_max = 100'000;
/// Longest field value that is looked at; the rest of a longer one is passed over.
inline constexpr std::size_t field_bytes_max = 64u << 10;
/// Longest decoded parameter (a file name): of a longer one the first and the last half are kept,
/// since what is at its end decides how it opens.
inline constexpr std::size_t parameter_bytes_max = 4096;

enum class Anomaly : std::uint8_t {
  header_cut_short,      ///< A line that is no field stands in a header; the body begins there.
  field_too_long,        ///< Longer than field_bytes_max.
  too_many_fields,       ///< More than fields_max; the rest is left out.
  field_twice,           ///< Content-Type or another field that decides the tree stands twice.
  nul_in_header,         ///< A NUL byte in a header field.
  boundary_missing,      ///< A multipart that names no boundary; read as one part.
  boundary_never_seen,   ///< A multipart whose boundary does not occur in it.
  multipart_not_closed,  ///< The closing delimiter is missing.
  multipart_encoded,     ///< A multipart that states base64 or quoted-printable (RFC 2045, 6.4).
  encoding_unknown,      ///< A Content-Transfer-Encoding of no known name.
  bare_carriage_return,  ///< A CR without LF in a header.
};
std::string_view name_of(Anomaly anomaly);

struct Field {
  std::string_view name;   ///< As written, without the colon.
  std::string_view value;  ///< Raw: folded, encoded words and all.
  std::size_t offset = 0;  ///< Of the name, from the start of the message.
};

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

inline constexpr std::size_t no_part = static_cast<std::size_t>(-1);

struct Part {
  std::size_t parent = no_part;  ///< Index of the multipart it stands in.
  // Invariant: offset <= body_offset <= end <= size of the message.
  std::size_t offset = 0;
  std::size_t body_offset = 0;
  std::size_t end = 0;
  std::vector<Field> fields;
  Parametered type;         ///< "text/plain" where none is stated (RFC 2045, 5.2).
  Parametered disposition;  ///< Empty value where none is stated.
  Encoding encoding = Encoding::identity;
  bool multipart = false;  ///< Its children are parts of the message; its body is none.

  /// The first field of this name (any case), or null.
  const Field* find(std::string_view name) const;
  /// The stated file name: the disposition's `filename`, else the type's `name`; may be empty.
  std::string file_name() const;
};

struct Message {
  Bytes bytes;                     ///< The whole message; must outlive the message and its views.
  std::vector<Part> parts;         ///< The root first, then in the order of the text.
  std::vector<Anomaly> anomalies;  ///< Each at most once.
  std::optional<Error> cut;        ///< The limit that ended reading; what was read stands.

  bool has(Anomaly anomaly) const;
  Bytes body(const Part& part) const {
    return bytes.subspan(part.body_offset, part.end - part.body_offset);
  }
};

/// Reads the tree. Multiparts nest as deep as the budget's depth_max, counted from its depth().
/// Pays a step for each 64 bytes a level. `message` must outlive the result.
/// Errors: not_this_format where the first line is no header field.
Result<Message> read_message(Bytes message, Budget& budget);

/// Names for the leaves as objects inside the message: the file name, else "part N" (N counts all
/// parts from 1); a name that was given before gets " (N)". Empty for multiparts. As long as
/// `message.parts`.
std::vector<std::string> object_names(const Message& message);

/// Lines joined (RFC 5322, 2.2.3), ends trimmed.
std::string unfold(std::string_view value);
/// A field's value as a person reads it: unfolded, encoded words decoded, white space collapsed.
std::string readable(std::string_view value);
/// Takes "value; name=value" apart: quoted strings, comments, RFC 2231's charsets and pieces, and
/// encoded words in values, which the RFC forbids and mail programs write.
Parametered read_parametered(std::string_view value);

}  // namespace antidotary::mime
