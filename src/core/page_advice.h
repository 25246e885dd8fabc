// PageAdvice: what a reader of mapped bytes tells whoever mapped them, so that gigabytes can be
// mapped and little of them be held.
//
// It changes no byte and no answer: advice that nobody takes costs time or memory, nothing else.
#pragma once

#include <functional>

#include "core/bytes.h"

namespace antidotary {

struct PageAdvice {
  using Tell = std::function<void(Bytes part)>;

  /// `part` is read next, whole and in order.
  void want(Bytes part) const {
    if (on_want) on_want(part);
  }
  /// `part` was read, to check it; until it is read again its memory may go.
  void forget(Bytes part) const {
    if (on_forget) on_forget(part);
  }

  Tell on_want;
  Tell on_forget;
};

}  // namespace antidotary
