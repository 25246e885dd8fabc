// Shares: how much of something all services have together (connections, memory for objects), and
// what of it no other service takes: a crowd of one service's clients does not keep the mail
// server, or whoever asks for health, out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

namespace antidotary::serve {

class Shares {
 public:
  explicit Shares(std::uint64_t total) : total_(total) {}

  /// From now on an eighth of all is this service's alone.
  void reserve(const std::string& service) { taken_.try_emplace(service, 0); }
  bool has(const std::string& service, std::uint64_t count = 1) const {
    std::uint64_t spoken_for = 0;
    for (const auto& [name, taken] : taken_) {
      spoken_for += std::max(name == service ? 0 : total_ / reserved_part, taken);
    }
    return spoken_for <= total_ && count <= total_ - spoken_for;
  }
  void take(const std::string& service, std::uint64_t count = 1) { taken_[service] += count; }
  void give_back(const std::string& service, std::uint64_t count = 1) { taken_[service] -= count; }
  std::uint64_t taken() const {
    std::uint64_t out = 0;
    for (const auto& [name, taken] : taken_) out += taken;
    return out;
  }

  /// What one service can have where `services` have their shares.
  static constexpr std::uint64_t most_for_one(std::uint64_t total, std::uint64_t services) {
    return total - (services - 1) * (total / reserved_part);
  }

 private:
  static constexpr std::uint64_t reserved_part = 8;
  std::uint64_t total_;
  std::map<std::string, std::uint64_t> taken_;  ///< By service.
};

}  // namespace antidotary::serve
