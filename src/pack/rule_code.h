// RuleCode: rules as a pack's bytes. Patterns are not kept in them (their programs are, beside
// them), nor is the text (a section of its own).
#pragma once

#include "core/bytes.h"
#include "core/result.h"
#include "pack/rule.h"
#include "pack/tables.h"

namespace antidotary::pack {

/// Patterns that one subsignature may have.
inline constexpr std::size_t patterns_max = 64;

/// Errors: bad_input (over the limits that decode_rule and match::encode set).
Result<Buffer> encode(const Rule& rule);
/// Patterns are empty, as many as there were. Errors: malformed.
Result<Rule> decode_rule(Bytes code);

Buffer encode(const std::vector<MemberRule>& rules);
Result<std::vector<MemberRule>> decode_member_rules(Bytes code);
/// Errors: bad_input (a pattern over the limits of pack/pattern_code.h).
Result<Buffer> encode(const std::vector<Magic>& magics);
Result<std::vector<Magic>> decode_magics(Bytes code);
Buffer encode(const std::vector<Icon>& icons);
Result<std::vector<Icon>> decode_icons(Bytes code);

}  // namespace antidotary::pack
