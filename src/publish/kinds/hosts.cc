// hosts: said as the line stands; taken back by deleting it.
#include "entries/kinds/hosts.h"

#include <fmt/core.h>

#include <iterator>

#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

const entries::HostsChange& hosts_of(const entries::Change& change) {
  return dynamic_cast<const entries::HostsChange&>(change);
}

LineTerm line(const entries::Change& change) {
  const auto& directories = entries::HostsChange::directories;
  return {{std::begin(directories), std::end(directories)}, "hosts", "", {hosts_of(change).line}};
}

}  // namespace

const Kind& hosts_kind() {
  static constexpr Kind kind = {
      "hosts",
      "Hosts file",
      [](const entries::Change& change) {
        return Rows{{"File", "%system%\\drivers\\etc\\hosts (Windows 95, 98, Me: %windir%\\hosts)"},
                    {"Line", hosts_of(change).line}};
      },
      [](const entries::Change& change) {
        const std::string& line = hosts_of(change).line;
        const bool pattern = line.find_first_of("*?") != std::string::npos;
        return fmt::format("Delete the line {}{}", line,
                           pattern ? " (an asterisk here stands for anything)." : ".");
      },
      [](const entries::Change& change, Json& object) {
        object.set("line", hosts_of(change).line);
      },
      "Open the hosts file in Notepad: %system%\\drivers\\etc\\hosts, or %windir%\\hosts on "
      "Windows 95, 98 and Me. Make a copy of it first; leave every other line as it is.",
      2,
      nullptr,
      nullptr,
      &line};
  return kind;
}

}  // namespace antidotary::publish
