// Libyara: what everybody who calls libyara shares: its start, its streams, its errors in words,
// and the names of the variables that rules may ask for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

struct YR_RULES;

namespace antidotary::pack {

/// Starts libyara, once a process; it is never ended. Errors: internal.
Status start_libyara();

/// libyara's error number in words: "a string matches too often".
std::string yara_error(int error);

/// Variables that rules may use without defining them.
inline constexpr const char* yara_text_variables[] = {"filename", "filepath", "extension",
                                                      "filetype", "owner",    "container"};
inline constexpr const char* yara_number_variables[] = {"size"};

struct RulesRelease {
  void operator()(YR_RULES* rules) const;
};
using Rules = std::unique_ptr<YR_RULES, RulesRelease>;

/// What yr_rules_save_stream writes. Errors: internal.
Result<Buffer> save_rules(YR_RULES& rules);
std::uint32_t rule_count(const YR_RULES& rules);
/// In the order of the file; always UTF-8.
std::vector<std::string> rule_names(const YR_RULES& rules);
/// libyara believes `stream`. Errors: malformed, unsupported, internal.
Result<Rules> load_rules(Bytes stream);

}  // namespace antidotary::pack
