// HostsFile: the names that a computer's hosts file gives an address, other than its own.
//
// A hosts file is no start-up: it decides where a name leads. Threats put the names of makers of
// anti-virus programs and of update servers into it, which then lead nowhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/computer.h"

namespace antidotary::host {

struct HostsLine {
  std::string path;        ///< Exact path of the file below the tree's root.
  std::uint32_t line = 0;  ///< From one.
  std::string address;
  std::string name;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("path", self.path);
    visit("line", self.line);
    visit("address", self.address);
    visit("name", self.name);
  }
};

inline constexpr std::size_t hosts_lines_max = 2000;

/// A line for each name, without comments and without localhost at its own address; at most
/// `hosts_lines_max`.
std::vector<HostsLine> hosts_lines_in(std::string_view text, const std::string& path);

/// Of every hosts file that this Windows reads; one that cannot be read is noted.
std::vector<HostsLine> hosts_lines(Computer& computer);

}  // namespace antidotary::host
