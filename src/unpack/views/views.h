// Views: an object as rules for text and HTML want to see it, with what hides a word smoothed away.
//
// Rules of targets 3 and 7 were written against clamscan's normalised forms; each view is one of
// those, byte for byte where docs/formats/clamav-views.md does not say otherwise. A view is no
// child: it has no digest and no name of its own in a report, and is not unpacked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"

namespace antidotary::unpack {

/// The target whose rules look at a view; the numbers are those of the rules. Rules for any target
/// look at it as well.
enum class ViewTarget : std::uint8_t { html = 3, text = 7 };

struct View {
  ViewTarget target = ViewTarget::text;
  Buffer bytes;
  std::string name;  ///< "text", "nocomment.html", "notags.html", "javascript".
};

struct Views {
  std::vector<View> all;
  /// Set where they do not show the whole object: budget_spent.
  std::optional<Error> cut;
};

/// Of an object no more than its first bytes are shown.
inline constexpr std::size_t text_bytes_max = 64u << 20;
inline constexpr std::size_t html_bytes_max = 40u << 20;
/// Of the scripts in it, together.
inline constexpr std::size_t script_bytes_max = 8u << 20;

/// The views of an object of ClamAV's type `clam_type` (formats/clam_type.h). None for most types.
/// Pays one step a byte and view; where the purse is empty there are fewer views, and `cut`.
Views views(std::string_view clam_type, Bytes bytes, Budget& budget);

}  // namespace antidotary::unpack
