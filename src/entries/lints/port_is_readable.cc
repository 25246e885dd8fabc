// Lint: a port is a number and its protocol.
#include <fmt/core.h>

#include "entries/kinds/network.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value >= 1 && value <= 65535;
}

bool readable(std::string_view port) {
  const std::size_t slash = port.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view protocol = port.substr(slash + 1);
  const std::string_view numbers = port.substr(0, slash);
  const std::size_t hyphen = numbers.find('-');
  const bool range = hyphen == std::string_view::npos || is_port(numbers.substr(hyphen + 1));
  return (protocol == "tcp" || protocol == "udp") && range && is_port(numbers.substr(0, hyphen));
}

class PortIsReadable final : public ChangeLint<NetworkChange> {
 public:
  std::string_view name() const override { return "port-is-readable"; }
  std::string_view advice() const override {
    return "Write \"3127/tcp\", \"69/udp\", or a range: \"3127-3198/tcp\".";
  }
  void check_change(const NetworkChange& change, Report& report) const override {
    for (const std::string& port : change.ports) {
      if (!readable(port)) report.say(change.place, fmt::format("{} is no port", port));
    }
  }
};

}  // namespace

const Lint& port_is_readable_lint() {
  static const PortIsReadable rule;
  return rule;
}

}  // namespace antidotary::entries
