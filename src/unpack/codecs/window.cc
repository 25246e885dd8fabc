#include "unpack/codecs/window.h"

namespace antidotary::unpack {

bool Window::copy(std::size_t distance, std::size_t length, bool zeros_before) {
  for (std::size_t i = 0; i < length; ++i) {
    const bool inside = distance > 0 && distance <= size();
    if (!inside && !zeros_before) {
      brought_.error =
          Error{ErrorKind::malformed, "the compressed data point before their start", std::nullopt};
      return false;
    }
    if (!put(inside ? back(distance) : std::byte{0})) return false;
  }
  return true;
}

bool Window::flush() {
  const bool paid = bring(brought_, piece_, budget_);
  piece_.clear();
  return paid;
}

Brought Window::finish(std::optional<Error> error) {
  const std::optional<Error> first = brought_.error ? brought_.error : std::move(error);
  // What was written before damage counts; if it cannot be paid that is the error.
  if (piece_.empty() || flush()) brought_.error = first;
  return std::move(brought_);
}

}  // namespace antidotary::unpack
