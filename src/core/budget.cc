#include "core/budget.h"

namespace antidotary {
namespace {

// A look at the clock costs about 25 ns; once in 65,536 steps it vanishes.
constexpr std::uint64_t steps_between_looks = 1u << 16;

std::uint64_t ceiling_of(const Limits& limits, Limit limit) {
  switch (limit) {
    case Limit::steps:
      return limits.steps_max;
    case Limit::bytes:
      return limits.bytes_max;
    case Limit::objects:
      return limits.objects_max;
    case Limit::depth:
      return limits.depth_max;
    case Limit::object_bytes:
      return limits.object_bytes_max;
    case Limit::time:
      return limits.time_ms_max;
    case Limit::ratio:
      return limits.ratio_max;
  }
  return 0;
}

}  // namespace

std::string_view name_of(Limit limit) {
  switch (limit) {
    case Limit::steps:
      return "steps_max";
    case Limit::bytes:
      return "bytes_max";
    case Limit::objects:
      return "objects_max";
    case Limit::depth:
      return "depth_max";
    case Limit::object_bytes:
      return "object_bytes_max";
    case Limit::time:
      return "time_ms_max";
    case Limit::ratio:
      return "ratio_max";
  }
  return "steps_max";
}

Budget::Budget(Limits limits, Clock clock) : limits_(limits), clock_(std::move(clock)) {
  if (clock_) started_ms_ = clock_();
}

tl::unexpected<Error> Budget::exhaust(Limit limit) {
  if (!spent_) spent_ = limit;
  return fail(ErrorKind::budget_spent, "the limit {} of {} was reached", name_of(limit),
              ceiling_of(limits_, limit));
}

Status Budget::step(std::uint64_t count) {
  if (count > limits_.steps_max - steps_used_) return exhaust(Limit::steps);
  steps_used_ += count;
  if (clock_ && steps_used_ >= next_look_) {
    next_look_ = steps_used_ + steps_between_looks;
    if (clock_() - started_ms_ > limits_.time_ms_max) return exhaust(Limit::time);
  }
  return {};
}

std::uint64_t Budget::time_left_ms() const {
  const std::uint64_t used = clock_ ? clock_() - started_ms_ : 0;
  return used >= limits_.time_ms_max ? 0 : limits_.time_ms_max - used;
}

Status Budget::bring_out(std::uint64_t count) {
  if (count > limits_.bytes_max - bytes_used_) return exhaust(Limit::bytes);
  if (source_bytes_ > 0 && too_dense(bytes_used_ + count, source_bytes_)) {
    return exhaust(Limit::ratio);
  }
  bytes_used_ += count;
  return step(count / 64);
}

Status Budget::new_object() {
  if (objects_used_ >= limits_.objects_max) return exhaust(Limit::objects);
  ++objects_used_;
  return step();
}

Result<Budget::Level> Budget::enter() {
  if (depth_ >= limits_.depth_max) return exhaust(Limit::depth);
  ++depth_;
  return Level(*this);
}

}  // namespace antidotary
