// network: traffic is never simulated; a disk at rest shows nothing of it.
#include "simulate/kinds.h"

namespace antidotary::simulate {

const Kind& network_kind() {
  static constexpr Kind kind = {"network",
                                [](const entries::Change&, const entries::Variant&, Scene&) {}};
  return kind;
}

}  // namespace antidotary::simulate
