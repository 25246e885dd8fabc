#include "match/program.h"

#include <algorithm>
#include <cstring>

#include "core/reader.h"
#include "match/code.h"
#include "match/run_units.h"

namespace antidotary::match {
namespace {

using Places = std::vector<std::uint64_t>;

/// A stretch of places, both ends included.
struct Stretch {
  std::uint64_t lo = 0;
  std::uint64_t hi = 0;
};

/// One run of the program over one object.
class Run {
 public:
  Run(Bytes code, Bytes object, const Window& window)
      : code_(code), object_(object), window_(window) {
    nocase_ = (load_u8(0) & code::flag_nocase) != 0;
    parts_ = load_u16_le(code_, 4);
  }

  Effort& effort() { return effort_; }

  /// The first match around the anchor; with `all` every end goes there.
  std::optional<Span> around(std::uint64_t anchor_at, Places* all) {
    const std::size_t part = load_u16_le(code_, 2);
    const PartView view = part_view(part);
    if (effort_.damaged || anchor_at < view.anchor_min) return std::nullopt;
    Stretch begins{anchor_at - std::min<std::uint64_t>(anchor_at, view.anchor_max),
                   anchor_at - view.anchor_min};
    if (part == 0) begins = {std::max(begins.lo, window_.lo), std::min(begins.hi, window_.hi)};
    // The common case, without memory of its own.
    if (parts_ == 1 && view.bytes_min == view.bytes_max) {
      std::uint64_t end = 0;
      for (std::uint64_t begin = begins.lo; begin <= begins.hi; ++begin) {
        if (!run_fixed(view, object_, begin, end, effort_)) continue;
        if (all == nullptr) return Span{begin, end};
        all->push_back(end);
      }
      return std::nullopt;
    }
    Places ends;
    for (std::uint64_t begin = begins.lo; begin <= begins.hi; ++begin) {
      if (!run_part(view, begin, ends)) continue;
      std::uint64_t first = begin;
      if (part > 0 && !left(part, begin, first)) continue;
      std::uint64_t end = 0;
      if (!right(part, ends, end, all)) continue;
      if (all == nullptr) return Span{first, end};
    }
    return std::nullopt;
  }

 private:
  std::uint8_t load_u8(std::size_t at) const { return std::to_integer<std::uint8_t>(code_[at]); }

  PartView part_view(std::size_t number) {
    const std::size_t at = code::header_bytes + number * code::part_bytes;
    const std::size_t units = code::header_bytes + parts_ * code::part_bytes;
    PartView out;
    if (number >= parts_ || units > code_.size()) {
      effort_.damaged = true;
      return out;
    }
    out.gap_min = load_u64_le(code_, at);
    out.gap_max = load_u64_le(code_, at + 8);
    const std::uint64_t begin = load_u32_le(code_, at + 16);
    const std::uint64_t length = load_u32_le(code_, at + 20);
    out.bytes_min = load_u32_le(code_, at + 24);
    out.bytes_max = load_u32_le(code_, at + 28);
    out.key_distance = load_u32_le(code_, at + 32);
    out.key_length = load_u32_le(code_, at + 36);
    out.anchor_min = load_u32_le(code_, at + 40);
    out.anchor_max = load_u32_le(code_, at + 44);
    const Bytes all = code_.subspan(units);
    const bool fits = begin <= all.size() && length <= all.size() - begin &&
                      out.bytes_min <= out.bytes_max && out.anchor_min <= out.anchor_max;
    if (!fits) {
      effort_.damaged = true;
      return out;
    }
    out.units = all.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(length));
    return out;
  }

  /// All ends of the part at `begin`; false where there is none.
  bool run_part(const PartView& part, std::uint64_t begin, Places& ends) {
    if (part.bytes_min == part.bytes_max) {
      std::uint64_t end = 0;
      ends.clear();
      if (run_fixed(part, object_, begin, end, effort_)) ends.push_back(end);
    } else {
      run_varying(part, object_, begin, ends, effort_);
    }
    return !ends.empty();
  }

  /// Calls `each` with every begin in the stretch at which the part's key stands; false ends it.
  template <class Each>
  void seek(const PartView& part, Stretch begins, Each each) {
    if (object_.size() < part.bytes_min) return;
    begins.hi = std::min(begins.hi, object_.size() - part.bytes_min);
    const Bytes key = nocase_ ? Bytes{} : key_of(part);
    for (std::uint64_t begin = begins.lo; begin <= begins.hi; ++begin) {
      if (!key.empty()) {
        const auto from = static_cast<std::size_t>(begin + part.key_distance);
        const auto to = static_cast<std::size_t>(
            std::min<std::uint64_t>(begins.hi + part.key_distance + key.size(), object_.size()));
        if (from >= to) return;
        const void* const found = memmem(&object_[from], to - from, key.data(), key.size());
        if (found == nullptr) {
          effort_.steps += (to - from) / 16 + 1;
          return;
        }
        const auto at =
            static_cast<std::uint64_t>(static_cast<const std::byte*>(found) - object_.data());
        effort_.steps += (at - from) / 16 + 1;
        begin = at - part.key_distance;
      } else {
        ++effort_.steps;
      }
      if (effort_.steps > steps_max_ || !each(begin)) return;
    }
  }

  /// Where the next part may begin, after ends of the one before; stretches that touch are joined.
  std::vector<Stretch> after(const Places& ends, const PartView& next) const {
    std::vector<Stretch> out;
    for (const std::uint64_t end : ends) {
      if (next.gap_min > object_.size() - end) continue;
      const std::uint64_t lo = end + next.gap_min;
      const std::uint64_t room = object_.size() - end;
      const std::uint64_t hi = end + std::min(next.gap_max, room);
      if (!out.empty() && lo <= out.back().hi + 1) {
        out.back().hi = std::max(out.back().hi, hi);
      } else {
        out.push_back({lo, hi});
      }
      if (next.gap_max == unbounded) break;  // the first end leads wherever a later one does
    }
    return out;
  }

  /// The parts behind `part`, whose ends are given. The smallest last end in `end`; all in `all`.
  bool right(std::size_t part, Places ends, std::uint64_t& end, Places* all) {
    while (++part < parts_) {
      const PartView view = part_view(part);
      const bool last = part + 1 == parts_;
      Places next;
      Places some;
      for (const Stretch& begins : after(ends, view)) {
        seek(view, begins, [&](std::uint64_t begin) {
          if (!run_part(view, begin, some)) return true;
          next.insert(next.end(), some.begin(), some.end());
          // Where one is enough the first of a part of fixed length is the smallest.
          const bool enough = last && all == nullptr && view.bytes_min == view.bytes_max;
          return !enough;
        });
      }
      if (next.empty() || effort_.damaged) return false;
      std::sort(next.begin(), next.end());
      next.erase(std::unique(next.begin(), next.end()), next.end());
      ends = std::move(next);
    }
    end = ends.front();
    if (all != nullptr) all->insert(all->end(), ends.begin(), ends.end());
    return true;
  }

  /// Whether one of `ends` lies so far before one of `begins` as the gap allows. Both ascend.
  static bool meets(const Places& ends, const Places& begins, const PartView& behind) {
    for (const std::uint64_t end : ends) {
      if (behind.gap_min > begins.back() || end > begins.back() - behind.gap_min) continue;
      const auto next = std::lower_bound(begins.begin(), begins.end(), end + behind.gap_min);
      if (next != begins.end() && *next - end <= behind.gap_max) return true;
    }
    return false;
  }

  /// The parts before `part`, which begins at `begin`. Where the first begins, the smallest.
  bool left(std::size_t part, std::uint64_t begin, std::uint64_t& first) {
    Places begins{begin};
    while (part > 0) {
      const PartView behind = part_view(part);
      const PartView view = part_view(--part);
      if (effort_.damaged) return false;
      const std::uint64_t reach = behind.gap_min + view.bytes_min;
      if (reach < behind.gap_min || reach > begins.back()) return false;
      const std::uint64_t far =
          behind.gap_max > unbounded - view.bytes_max ? unbounded : behind.gap_max + view.bytes_max;
      Stretch range{begins.front() - std::min(begins.front(), far), begins.back() - reach};
      if (part == 0) range = {std::max(range.lo, window_.lo), std::min(range.hi, window_.hi)};
      Places next;
      Places ends;
      seek(view, range, [&](std::uint64_t one) {
        if (!run_part(view, one, ends) || !meets(ends, begins, behind)) return true;
        next.push_back(one);
        return part != 0;
      });
      if (next.empty() || effort_.damaged) return false;
      begins = std::move(next);
    }
    first = begins.front();
    return true;
  }

  // One verification that takes this long is a trap; it is paid for, and the budget ends it.
  static constexpr std::uint64_t steps_max_ = 1'000'000'000;

  Bytes code_;
  Bytes object_;
  Window window_;
  bool nocase_ = false;
  std::size_t parts_ = 0;
  Effort effort_;
};

}  // namespace

Result<Program> Program::open(Bytes code) {
  if (code.size() < code::header_bytes) return fail(ErrorKind::malformed, "a pattern cut short");
  const auto length = std::to_integer<std::size_t>(code[1]);
  const std::size_t parts = load_u16_le(code, 4);
  const bool sound = length > 0 && length <= anchor_bytes_max && parts > 0 &&
                     parts <= code::parts_max && load_u16_le(code, 2) < parts &&
                     code.size() >= code::header_bytes + parts * code::part_bytes;
  if (!sound) return fail(ErrorKind::malformed, "a pattern that cannot be");
  return Program(code);
}

Bytes Program::anchor() const { return code_.subspan(6, std::to_integer<std::size_t>(code_[1])); }

bool Program::nocase() const {
  return (std::to_integer<std::uint8_t>(code_[0]) & code::flag_nocase) != 0;
}

Result<std::optional<Span>> Program::run(Bytes object, std::uint64_t anchor_at,
                                         const Window& window, Budget& budget,
                                         std::vector<std::uint64_t>* all) const {
  Run run(code_, object, window);
  const std::optional<Span> found = run.around(anchor_at, all);
  ANTIDOTARY_CHECK(budget.step(run.effort().steps + 1));
  if (run.effort().damaged) return fail(ErrorKind::malformed, "a pattern's code is damaged");
  return found;
}

Result<std::optional<Span>> Program::match_at(Bytes object, std::uint64_t anchor_at,
                                              const Window& window, Budget& budget) const {
  return run(object, anchor_at, window, budget, nullptr);
}

Status Program::ends_at(Bytes object, std::uint64_t anchor_at, const Window& window, Budget& budget,
                        std::vector<std::uint64_t>& ends) const {
  ANTIDOTARY_TRY(run(object, anchor_at, window, budget, &ends));
  return {};
}

}  // namespace antidotary::match
