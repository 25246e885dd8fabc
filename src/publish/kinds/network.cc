// network: said as ports, hosts and times; by hand it is a rule for the firewall.
#include "entries/kinds/network.h"

#include "core/text.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

const entries::NetworkChange& network_of(const entries::Change& change) {
  return dynamic_cast<const entries::NetworkChange&>(change);
}

Rows render(const entries::Change& change) {
  const auto& network = network_of(change);
  Rows rows = {{"What for", network.role}};
  if (!network.ports.empty()) rows.emplace_back("Ports", join(network.ports, ", "));
  if (!network.hosts.empty()) rows.emplace_back("Hosts", join(network.hosts, ", "));
  if (!network.schedule.empty()) rows.emplace_back("When", network.schedule);
  return rows;
}

std::string by_hand(const entries::Change& change) {
  const auto& network = network_of(change);
  if (network.ports.empty()) return "";
  return "Close " + join(network.ports, ", ") + " (" + network.role + ").";
}

void describe(const entries::Change& change, Json& object) {
  const auto& network = network_of(change);
  object.set("role", network.role);
  object.set("ports", json_list(network.ports));
  object.set("hosts", json_list(network.hosts));
  if (!network.schedule.empty()) object.set("schedule", network.schedule);
}

Terms observe(const entries::Change& change) {
  const auto& network = network_of(change);
  return {{Property::host_name, network.hosts}, {Property::port, network.ports}};
}

}  // namespace

const Kind& network_kind() {
  static constexpr Kind kind = {"network",          "Network", &render, &by_hand, &describe,
                                "In the firewall:", 5,         nullptr, &observe};
  return kind;
}

}  // namespace antidotary::publish
