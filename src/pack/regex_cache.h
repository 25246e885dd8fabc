// RegexCache: regular expressions of rules, compiled when first asked for and kept.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "match/regex.h"
#include "pack/gaps.h"
#include "pack/regex_options.h"
#include "pack/rule.h"

namespace antidotary::pack {

class RegexCache {
 public:
  static constexpr std::size_t kept_max = 1024;

  /// Null where it cannot be compiled: the reason is then in `gaps`. Valid until the next call.
  const match::Regex* find(std::uint32_t rule, std::uint32_t sub, const RegexUse& use, Gaps& gaps);

 private:
  std::map<std::pair<std::uint32_t, std::uint32_t>, Result<match::Regex>> compiled_;
};

}  // namespace antidotary::pack
