// [[network]]: reading it, and its line for a person.
#include "entries/kinds/network.h"

#include "core/text.h"
#include "entries/kinds.h"

namespace antidotary::entries {
namespace {

std::unique_ptr<Change> read(Fields& fields) {
  auto change = std::make_unique<NetworkChange>();
  change->role = fields.required_text("role");
  change->ports = fields.texts("ports");
  change->hosts = fields.texts("hosts");
  change->schedule = fields.text("schedule");
  return change;
}

}  // namespace

std::string NetworkChange::summary() const {
  std::string line = role;
  if (!hosts.empty()) line += ": " + join(hosts, ", ");
  if (!ports.empty()) line += (hosts.empty() ? ": port " : ", port ") + join(ports, ", ");
  if (!schedule.empty()) line += " (" + schedule + ")";
  return line;
}

const Kind& network_kind() {
  static constexpr Kind kind = {
      "network", "what the threat contacts, attacks, listens on or sends data to", &read};
  return kind;
}

}  // namespace antidotary::entries
