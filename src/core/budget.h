// Budget: the one purse from which everything done for one top-level object is paid.
//
// It is handed by reference from root to leaf, so that nesting cannot multiply a limit. When a
// purse is empty the caller stops and answers "incomplete: limited", never "clean". A limit that
// was reached stays on record (`spent`), so that whoever reports can say what cut the work.
//
// The clock is handed in (law 1: what is pure asks nobody the time).
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>

#include "core/result.h"

namespace antidotary {

/// Ceilings for one top-level object. Defaults suit a gateway; a test or an option may set others.
struct Limits {
  std::uint64_t steps_max = 2'000'000'000;  ///< Units of work: about one byte or record looked at.
  std::uint64_t bytes_max = 400ull
                            << 20;     ///< Bytes brought out of containers, all layers together.
  std::uint64_t objects_max = 10'000;  ///< Objects brought out of containers.
  std::uint32_t depth_max = 17;        ///< Containers inside containers.
  std::uint64_t object_bytes_max = 256ull << 20;  ///< Largest single object brought out.
  std::uint64_t time_ms_max = 120'000;            ///< Wall time.
  /// Bytes brought out for each byte that was handed in, once more than ratio_floor_bytes are out:
  /// of one packed stream, and of everything that one top-level object holds. 0: not limited.
  std::uint64_t ratio_max = 250;
  std::uint64_t ratio_floor_bytes = 8ull << 20;
};

enum class Limit : std::uint8_t { steps, bytes, objects, depth, object_bytes, time, ratio };

/// The limit's name as reports print it ("bytes_max").
std::string_view name_of(Limit limit);

class Budget {
 public:
  /// Milliseconds from any fixed point; null means that time is not limited.
  using Clock = std::function<std::uint64_t()>;

  explicit Budget(Limits limits = {}, Clock clock = nullptr);

  /// Pays `count` steps. Looks at the clock every 2^16 steps.
  /// Errors: budget_spent.
  Status step(std::uint64_t count = 1);
  /// Pays for `count` bytes brought out of a container. Errors: budget_spent.
  Status bring_out(std::uint64_t count);
  /// Pays for one object brought out of a container. Errors: budget_spent.
  Status new_object();

  /// Says how large the top-level object is; without, its ratio is not asked for.
  void set_source(std::uint64_t bytes) { source_bytes_ = bytes; }
  /// True where `out` bytes from `in` bytes are more than ratio_max allows.
  bool too_dense(std::uint64_t out, std::uint64_t in) const {
    return limits_.ratio_max > 0 && out > limits_.ratio_floor_bytes &&
           out / limits_.ratio_max >= in;
  }

  /// Enters one level of nesting for as long as the returned guard lives. Errors: budget_spent.
  class Level {
   public:
    explicit Level(Budget& budget) : budget_(&budget) {}
    Level(Level&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)) {}
    Level& operator=(Level&&) = delete;
    Level(const Level&) = delete;
    ~Level() {
      if (budget_ != nullptr) --budget_->depth_;
    }

   private:
    Budget* budget_;
  };
  Result<Level> enter();

  /// Wall time that is left, in milliseconds; 0 where it is spent, all of it without a clock.
  std::uint64_t time_left_ms() const;

  const Limits& limits() const { return limits_; }
  std::uint64_t bytes_used() const { return bytes_used_; }
  std::uint64_t objects_used() const { return objects_used_; }
  std::uint32_t depth() const { return depth_; }
  /// The first limit that was reached, if any.
  std::optional<Limit> spent() const { return spent_; }
  /// Records `limit` as reached and returns the error that says so.
  tl::unexpected<Error> exhaust(Limit limit);

 private:
  Limits limits_;
  Clock clock_;
  std::uint64_t started_ms_ = 0;
  std::uint64_t source_bytes_ = 0;  ///< 0: not known.
  std::uint64_t steps_used_ = 0;
  std::uint64_t next_look_ = 0;
  std::uint64_t bytes_used_ = 0;
  std::uint64_t objects_used_ = 0;
  std::uint32_t depth_ = 0;
  std::optional<Limit> spent_;
};

}  // namespace antidotary
