// RuleCode: whatever the bytes are, what decodes can be encoded again, and then comes back with the
// same bytes: nothing is taken that the model cannot hold.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "pack/rule_code.h"

namespace {

using antidotary::Buffer;
using antidotary::Bytes;
namespace pack = antidotary::pack;

void require(bool held) {
  if (!held) std::abort();
}

antidotary::Result<Buffer> code_of(antidotary::Result<Buffer> code) { return code; }

template <class Decode>
void check(Bytes input, Decode decode) {
  const auto model = decode(input);
  if (!model) return;
  const auto code = code_of(pack::encode(*model));
  require(code.has_value());
  const auto again = decode(*code);
  require(again.has_value());
  require(code_of(pack::encode(*again)).value() == *code);
}

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  Buffer code;
  pack::Rule rule;
  rule.name = "Name-1";
  rule.conditions.container = "CL_TYPE_ZIP";
  rule.subs.emplace_back(pack::Body{{}, std::vector<antidotary::match::Pattern>(2)});
  rule.subs.emplace_back(pack::RegexUse{{}, {}, "a.b", "i"});
  rule.subs.emplace_back(pack::ByteCompare{0, 4, 'h', true, false, 2, {{'=', 7}}});
  rule.subs.emplace_back(pack::FuzzyImage{1, 2});
  rule.subs.emplace_back(pack::MacroUse{1, 2, 3});
  switch (index) {
    case 0:
      code = pack::encode(rule).value();
      break;
    case 1:
      code = pack::encode(std::vector<pack::MemberRule>(3));
      break;
    case 2: {
      std::vector<pack::Magic> magics(2);
      auto& part = magics[0].pattern.parts.emplace_back();
      part.units.emplace_back(antidotary::match::Position{});
      part.units.emplace_back(antidotary::match::Choice{true, {{{}}, {{}}}});
      part.units.emplace_back(antidotary::match::Edge{});
      code = pack::encode(magics).value();
      break;
    }
    case 3:
      code = pack::encode(std::vector<pack::Icon>(2));
      break;
    default:
      return 0;
  }
  const std::string_view text = antidotary::as_text(code);
  out.assign(text.begin(), text.end());
  return 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = antidotary::view_of(data, size);
  check(input, pack::decode_rule);
  check(input, pack::decode_member_rules);
  check(input, pack::decode_magics);
  check(input, pack::decode_icons);
  return 0;
}
