// hosts: the line at the end of the file.
#include "entries/kinds/hosts.h"

#include "core/bytes.h"
#include "simulate/kinds.h"

namespace antidotary::simulate {
namespace {

void make(const entries::Change& change, const entries::Variant&, Scene& scene) {
  const auto& hosts = dynamic_cast<const entries::HostsChange&>(change);
  const std::string directory(entries::HostsChange::directories[0]);
  Buffer& file = scene.files[scene.place(directory + "\\hosts")];
  const std::string line = concrete(hosts.line) + "\r\n";
  const Bytes bytes = as_bytes(std::string_view(line));
  file.insert(file.end(), bytes.begin(), bytes.end());
}

}  // namespace

const Kind& hosts_kind() {
  static constexpr Kind kind = {"hosts", &make};
  return kind;
}

}  // namespace antidotary::simulate
