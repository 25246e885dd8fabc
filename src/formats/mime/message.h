// MIME: the tree of a mail message: its parts, their header fields, where their bodies stand.
//
// View 0: one strict reading, from which reports take their names and removal its offsets. What
// other programs may read in the same bytes is readings.h. Everything is a view into the message or
// an offset; nothing is decoded until it is asked for. Reading is one pass, keeps its open
// multiparts on a stack of its own and allocates nothing for a part without fields. What a message
// *means* to its reader is mail/'s business. A message inside a message (message/rfc822) is a leaf:
// whoever unpacks it reads it in its turn, on the same budget.
//
// Spec: RFC 5322, RFC 2045, RFC 2046, RFC 2183, RFC 2231.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/mime/anomaly.h"
#include "formats/mime/encoding.h"
#include "formats/mime/parameters.h"

namespace antidotary::mime {

/// Header fields kept of one message, all parts together.
inline constexpr std::size_t fields_max = 100'000;
/// Parts of one message; each takes 48 bytes of memory.
inline constexpr std::size_t parts_max = 500'000;
/// Multiparts inside multiparts.
inline constexpr std::size_t nesting_max = 10'000;

struct Field {
  std::string_view name;   ///< As written, without the colon.
  std::string_view value;  ///< Raw: folded, encoded words and all.
  std::size_t offset = 0;  ///< Of the name, from the start of the message.
};

inline constexpr std::size_t no_part = static_cast<std::size_t>(-1);

struct Part {
  std::size_t parent = no_part;  ///< Index of the multipart it stands in.
  // Invariant: offset <= body_offset <= end <= size of the message.
  std::size_t offset = 0;
  std::size_t body_offset = 0;
  std::size_t end = 0;
  std::uint32_t first_field = 0;  ///< Into Message::all_fields.
  std::uint32_t field_count = 0;
  std::uint32_t described = 0;  ///< Into Message::descriptions.
  Encoding encoding = Encoding::identity;
  bool multipart = false;  ///< Its children are parts of the message; its body is none.
};

/// What the fields of a part say of it; many parts share the first two.
struct Description {
  Parametered type;         ///< "text/plain" where none is stated (RFC 2045, 5.2).
  Parametered disposition;  ///< Empty value where none is stated.
};

struct Message {
  Bytes bytes;                    ///< The whole message; must outlive the message and its views.
  std::vector<Part> parts;        ///< The root first, then in the order of the text.
  std::vector<Field> all_fields;  ///< Of all parts.
  std::deque<Description> descriptions;
  std::vector<Noticed> anomalies;  ///< Each at most once, where it was met first.
  std::optional<Error> cut;        ///< The limit that ended reading; what was read stands.

  bool has(Anomaly anomaly) const;
  void note(Anomaly anomaly, std::size_t offset);
  /// True where some anomaly is_ambiguous().
  bool ambiguous() const;

  Bytes body(const Part& part) const {
    return bytes.subspan(part.body_offset, part.end - part.body_offset);
  }
  std::span<const Field> fields(const Part& part) const {
    return std::span(all_fields).subspan(part.first_field, part.field_count);
  }
  /// The first field of this name (any case), or null.
  const Field* find(const Part& part, std::string_view name) const;
  const Parametered& type(const Part& part) const { return descriptions[part.described].type; }
  const Parametered& disposition(const Part& part) const {
    return descriptions[part.described].disposition;
  }
  /// The stated file name: the disposition's `filename`, else the type's `name`; may be empty.
  /// names.h has all that a reader may show.
  std::string file_name(const Part& part) const;
};

/// Reads the tree. Pays a step for each 64 bytes. `message` must outlive the result.
/// Errors: not_this_format where none of the first lines is a header field; budget_spent.
Result<Message> read_message(Bytes message, Budget& budget);

/// Names for the leaves as objects inside the message: the file name, else "part N" (N counts all
/// parts from 1); a name that was given before gets " (N)". Empty for multiparts. As long as
/// `message.parts`.
std::vector<std::string> object_names(const Message& message);

}  // namespace antidotary::mime
