#include "unpack/embedded.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "unpack/carve/look.h"
#include "unpack/carve/mark_scan.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

const MarkScan& mark_scan() {
  static const MarkScan scan(embedded_marks());
  return scan;
}

class Carver {
 public:
  Carver(Bytes bytes, std::span<const Stretch> handed_out, Budget& budget, const Visitor& visitor)
      : bytes_(bytes), handed_out_(handed_out), budget_(budget), visitor_(visitor) {}

  Status run() {
    // What stands at the very start is the object itself.
    std::size_t at = 1;
    MarkScan::Hit hit;
    while (at < bytes_.size()) {
      const bool more = mark_scan().next(bytes_, at, hit);
      const std::size_t reached = more ? hit.offset : bytes_.size();
      ANTIDOTARY_CHECK(budget_.step((reached - at) / 64 + 1));
      if (!more) break;
      at = hit.offset + 1;
      if (handed_out(hit.offset)) continue;
      const auto found = look_behind(hit.mark, bytes_, hit.offset, budget_);
      if (!found || found->begin == 0 || handed_out(found->begin)) continue;
      ANTIDOTARY_CHECK(hand_out(*found));
      // An installer's own word on its length ends no search: damaged or forged, it hides what
      // lies plain within.
      if (found->sized && !found->certain) at = std::max(at, found->begin + found->size);
    }
    return {};
  }

 private:
  bool handed_out(std::size_t at) const {
    return std::any_of(handed_out_.begin(), handed_out_.end(), [at](const Stretch& stretch) {
      return at >= stretch.begin && at - stretch.begin < stretch.size;
    });
  }

  Status hand_out(const Found& found) {
    if (++count_ > embedded_max) {
      return fail(ErrorKind::refused, "more than {} objects are embedded", embedded_max);
    }
    std::size_t& open = open_[static_cast<std::size_t>(found.format)];
    if (!found.sized && ++open > embedded_open_max) {
      return fail(ErrorKind::refused, "more than {} embedded objects seem to be {}",
                  embedded_open_max, formats::name_of(found.format));
    }
    if (found.base) {
      const std::size_t end = found.begin + found.size;
      unpack(found.format, bytes_.subspan(*found.base, end - *found.base), budget_, visitor_);
      return {};
    }
    ANTIDOTARY_CHECK(budget_.new_object());
    Child child{fmt::format("{} at {:#x}", formats::name_of(found.format), found.begin),
                bytes_.subspan(found.begin, found.size)};
    child.format = found.format;
    child.embedded = !found.certain;
    visitor_.child(child);
    return {};
  }

  Bytes bytes_;
  std::span<const Stretch> handed_out_;
  Budget& budget_;
  const Visitor& visitor_;
  std::size_t count_ = 0;
  std::array<std::size_t, formats::formats_count> open_{};
};

}  // namespace

bool may_embed(Format format) {
  switch (format) {
    case Format::empty:
    case Format::message:
    case Format::mbox:
    case Format::emlx:
    case Format::uuencode:
    case Format::binhex:
    case Format::regf:
      return false;
    default:
      return !(formats::is_archive(format) && opens(format));
  }
}

void open_embedded(Bytes bytes, std::span<const Stretch> handed_out, Budget& budget,
                   const Visitor& visitor) {
  const Status status = Carver(bytes, handed_out, budget, visitor).run();
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace antidotary::unpack
