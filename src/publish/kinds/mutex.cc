// mutex: said by name; it goes when the process goes.
#include "entries/kinds/mutex.h"

#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

const entries::MutexChange& mutex_of(const entries::Change& change) {
  return dynamic_cast<const entries::MutexChange&>(change);
}

}  // namespace

const Kind& mutex_kind() {
  static constexpr Kind kind = {"mutex",
                                "In memory",
                                [](const entries::Change& change) {
                                  return Rows{{"Mutex", mutex_of(change).name}};
                                },
                                [](const entries::Change&) { return std::string(); },
                                [](const entries::Change& change, Json& object) {
                                  object.set("name", mutex_of(change).name);
                                },
                                "",
                                6,
                                nullptr,
                                [](const entries::Change& change) {
                                  return Terms{{Property::mutex_name, {mutex_of(change).name}}};
                                }};
  return kind;
}

}  // namespace antidotary::publish
