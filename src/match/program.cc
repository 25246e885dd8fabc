#include "match/program.h"

#include <algorithm>
#include <cstring>

#include "core/reader.h"
#include "match/code.h"
#include "match/run_units.h"

namespace antidotary::match {
namespace {

using Places = std::vector<std::uint64_t>;

// So many of one part are followed at once: 8 MiB.
constexpr std::size_t places_max = 1 << 20;

/// A stretch of places, both ends included.
struct Stretch {
  std::uint64_t lo = 0;
  std::uint64_t hi = 0;
};

/// One run of the program over one object.
class Run {
 public:
  Run(Bytes code, Bytes object, const Window& window, Budget& budget)
      : code_(code), object_(object), window_(window), budget_(budget) {
    nocase_ = (load_u8(0) & code::flag_nocase) != 0;
    parts_ = load_u16_le(code_, 4);
  }

  /// Pays for what was done since the last time, and says why the search ended before its time.
  /// Errors: budget_spent, refused, malformed.
  Status settle() {
    if (!ended_) pay(1);
    if (ended_) return tl::unexpected(*ended_);
    if (effort_.damaged) return fail(ErrorKind::malformed, "a pattern's code is damaged");
    return {};
  }

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
    for (std::uint64_t begin = begins.lo; begin <= begins.hi && !ended_; ++begin) {
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
      if (effort_.steps >= steps_unpaid_max_) pay(0);
      if (ended_ || !each(begin)) return;
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

  /// All ends of `view` that follow from `ends`, sorted, or with `first_only` the smallest alone.
  Places follow(const Places& ends, const PartView& view, bool first_only) {
    Places next;
    Places some;
    for (const Stretch& begins : after(ends, view)) {
      if (ended_ || (first_only && !next.empty() && begins.lo + view.bytes_min >= next[0])) break;
      seek(view, begins, [&](std::uint64_t begin) {
        if (first_only && !next.empty() && begin + view.bytes_min >= next[0]) return false;
        if (!run_part(view, begin, some)) return true;
        if (!first_only) return gather(some, next);
        next.assign(1, next.empty() ? some[0] : std::min(next[0], some[0]));
        return true;
      });
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    return next;
  }

  /// The parts behind `part`, whose ends are given. The smallest last end in `end`; all in `all`.
  bool right(std::size_t part, Places ends, std::uint64_t& end, Places* all) {
    while (++part < parts_) {
      const PartView view = part_view(part);
      const bool last = part + 1 == parts_;
      // Before a gap that nothing bounds the first end leads wherever a later one does.
      const bool first_only = last ? all == nullptr : part_view(part + 1).gap_max == unbounded;
      ends = follow(ends, view, first_only);
      if (ends.empty() || effort_.damaged) return false;
    }
    end = ends.front();
    return all == nullptr || gather(ends, *all);
  }

  /// Appends `some` to `places`; false, and the search is over, where those are too many.
  bool gather(const Places& some, Places& places) {
    if (places.size() + some.size() > places_max) {
      ended_ = Error{ErrorKind::refused, "a pattern's part stands at too many places", {}};
      return false;
    }
    places.insert(places.end(), some.begin(), some.end());
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
        if (!run_part(view, one, ends)) return true;
        effort_.steps += ends.size();
        if (!meets(ends, begins, behind)) return true;
        // Behind a gap that nothing bounds the last begin follows whatever an earlier one does.
        if (part != 0 && view.gap_max == unbounded) next.clear();
        return gather({one}, next) && part != 0;
      });
      if (next.empty() || effort_.damaged || ended_) return false;
      begins = std::move(next);
    }
    first = begins.front();
    return true;
  }

  void pay(std::uint64_t more) {
    const Status paid = budget_.step(effort_.steps + more);
    effort_.steps = 0;
    if (!paid) ended_ = paid.error();
  }

  static constexpr std::uint64_t steps_unpaid_max_ = 1 << 16;

  Bytes code_;
  Bytes object_;
  Window window_;
  Budget& budget_;
  std::optional<Error> ended_;  ///< Why no more is sought: what is found then is not all.
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
  Run run(code_, object, window, budget);
  const std::optional<Span> found = run.around(anchor_at, all);
  ANTIDOTARY_CHECK(run.settle());
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
