// Entities of HTML, as clamscan's views show them: "&amp;", "&#65;", "&euro;".
//
// It is no decoder of HTML: what is not of Latin-1 becomes a reference of one form ("&#x20ac;"),
// and what is no entity stays as it is written. docs/formats/clamav-views.md has the table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace antidotary::unpack {

/// The code point of an entity by its name: "amp" is '&'. Case counts.
std::optional<std::uint16_t> named_entity(std::string_view name);

struct Entity {
  std::size_t size = 0;  ///< Bytes of it in the text, at least 1.
  std::string shown;     ///< What stands in its place; may be empty.
  /// Of "&#...": what it says, of which clamscan counts 32 bits.
  std::optional<std::uint32_t> number = std::nullopt;
  bool closed = false;  ///< It has its ';'.
};

/// What begins with the '&' at the start of `text`. Reads no further than the entity, so that a
/// text of nothing but these costs one pass.
Entity read_entity(std::string_view text);

}  // namespace antidotary::unpack
