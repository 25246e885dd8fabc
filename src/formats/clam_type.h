// ClamType: the type that ClamAV gives an object, by its content, and the rules' target number.
//
// Rules in ClamAV's formats name types ("CL_TYPE_ZIP") and targets (1 for programs). This answers
// as clamscan 1.4.6 with its built-in definitions does. It is not identify(): that one says what an
// object is, this one says what a rule's author had in mind. What was measured stands in
// docs/formats/clamav-views.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::formats {

/// How much of an object decides whether it is text, and in which the marks of HTML, mail and a
/// few containers make it one at once.
inline constexpr std::size_t clam_head_bytes = 1024;

/// The type's name, for ever valid. Shorter objects than 6 bytes are of no type: clamscan does not
/// look at them ("CL_TYPE_ANY" is answered).
///
/// Reads the head, and where that is text the whole object, once: for `<html>` and the like may
/// stand anywhere in it. Never fails.
std::string_view clam_type(Bytes bytes);

/// The same, with what told it: definitions of a database (ftm) come before some of it.
struct ClamType {
  enum class By : std::uint8_t {
    magic,    ///< Bytes at their place.
    sign,     ///< A pattern in the head.
    charset,  ///< That it is text or data, or what shows behind the head alone.
  };
  std::string_view type;
  By by = By::charset;
  /// What the head's bytes make it: text of a kind, or data ("CL_TYPE_BINARY_DATA").
  std::string_view charset = "CL_TYPE_ANY";
};
ClamType tell_clam_type(Bytes bytes);

/// The target number of a type, 0 to 14; 0 where no target is meant: rules for any object alone.
std::uint8_t target_of(std::string_view clam_type);

/// Which rules clamscan tries on the object's own bytes; views are another matter.
enum class RawMatch : std::uint8_t {
  all,   ///< Those of its target and those for any target.
  any,   ///< Those for any target alone: of text, and of HTML that shows late, the view is meant.
  none,  ///< None at all, not even digests: media files, and what is shorter than 6 bytes.
  digests,  ///< Digests alone: HTML that shows in the head is matched by its views.
};
RawMatch raw_match(std::string_view clam_type, Bytes bytes);

}  // namespace antidotary::formats
