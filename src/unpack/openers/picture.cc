// Pictures: what was appended behind the end of one.
#include <array>

#include "formats/picture/picture_end.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

// Padding and a writer's mark are shorter.
constexpr std::size_t appended_bytes_min = 32;

Status open(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const auto end = ANTIDOTARY_TRY(picture::end_of(format, bytes, budget));
  if (!end || bytes.size() - *end < appended_bytes_min) return {};
  const Bytes rest = bytes.subspan(*end);
  // A zip counts from where it was made to: whoever looks at the whole knows (embedded.h).
  if (formats::identify(rest) == Format::zip) return {};
  if (visitor.wanted && !visitor.wanted(0)) return {};
  ANTIDOTARY_CHECK(budget.new_object());
  visitor.tell_odd("appended_data");
  visitor.child({"appended", rest});
  return {};
}

void open_picture(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = open(format, bytes, budget, visitor);
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> picture_openers() {
  static constexpr std::array rows = {
      Opener{Format::gif, &open_picture}, Opener{Format::png, &open_picture},
      Opener{Format::jpeg, &open_picture}, Opener{Format::bmp, &open_picture},
      Opener{Format::riff, &open_picture}};
  return rows;
}

}  // namespace antidotary::unpack
