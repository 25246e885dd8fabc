// RegexCache: regular expressions of rules, compiled when first asked for and kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "match/regex.h"
#include "pack/regex_options.h"
#include "pack/rule.h"

namespace antidotary::pack {

class RegexCache {
 public:
  static constexpr std::size_t kept_max = 1024;

  /// Null where it cannot be compiled. Valid until the next call.
  const match::Regex* find(std::uint32_t rule, std::uint32_t sub, const RegexUse& use);

 private:
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::optional<match::Regex>> compiled_;
};

}  // namespace antidotary::pack
