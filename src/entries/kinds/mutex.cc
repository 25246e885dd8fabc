// [[mutex]]: reading it, and its line for a person.
#include "entries/kinds/mutex.h"

#include "entries/kinds.h"

namespace antidotary::entries {
namespace {

std::unique_ptr<Change> read(Fields& fields) {
  auto change = std::make_unique<MutexChange>();
  change->name = fields.required_text("name");
  return change;
}

}  // namespace

std::string MutexChange::summary() const { return "mutex " + name; }

const Kind& mutex_kind() {
  static constexpr Kind kind = {"mutex", "a mutual-exclusion name that the running threat holds",
                                &read};
  return kind;
}

}  // namespace antidotary::entries
