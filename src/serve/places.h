// Places: how many connections there may be at once, and which of them no other service takes: a
// crowd of one service's clients does not keep the mail server, or whoever asks for health, out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

namespace antidotary::serve {

class Places {
 public:
  explicit Places(std::size_t connections_max) : connections_max_(connections_max) {}

  /// From now on an eighth of all places is this service's alone.
  void reserve(const std::string& service) { taken_.try_emplace(service, 0); }
  bool has_one_for(const std::string& service) const {
    std::size_t spoken_for = 0;
    for (const auto& [name, count] : taken_) {
      const std::size_t own = name == service ? 0 : connections_max_ / reserved_part;
      spoken_for += std::max(own, count);
    }
    return spoken_for < connections_max_;
  }
  void take(const std::string& service) { ++taken_[service]; }
  void give_back(const std::string& service) { --taken_[service]; }

 private:
  static constexpr std::size_t reserved_part = 8;
  std::size_t connections_max_;
  std::map<std::string, std::size_t> taken_;  ///< By service.
};

}  // namespace antidotary::serve
