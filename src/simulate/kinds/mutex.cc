// mutex: lives in memory alone; a disk at rest shows nothing of it.
#include "simulate/kinds.h"

namespace antidotary::simulate {

const Kind& mutex_kind() {
  static constexpr Kind kind = {"mutex",
                                [](const entries::Change&, const entries::Variant&, Scene&) {}};
  return kind;
}

}  // namespace antidotary::simulate
