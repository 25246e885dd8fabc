#include "signatures/rule_store.h"

#include <algorithm>
#include <limits>

#include "pack/pattern_code.h"
#include "pack/rule_code.h"
#include "pack/varint.h"

namespace antidotary::signatures {

Status RuleStore::add(const pack::Rule& rule) {
  pack::CodeWriter out;
  out.bytes(ANTIDOTARY_TRY(pack::encode(rule)));
  out.text(rule.text);
  for (const pack::Subsignature& sub : rule.subs) {
    const auto* const body = std::get_if<pack::Body>(&sub);
    if (body == nullptr) continue;
    for (const match::Pattern& pattern : body->patterns) {
      ANTIDOTARY_CHECK(pack::put_pattern(out, pattern));
    }
  }
  const Buffer& code = out.written();
  if (code.size() > std::numeric_limits<std::uint32_t>::max()) {
    return fail(ErrorKind::bad_input, "a signature of {} bytes; at most 4 GiB", code.size());
  }
  const bool fits = !blocks_.empty() && blocks_.back().size() + code.size() <= block_bytes;
  if (!fits) {
    blocks_.emplace_back();
    blocks_.back().reserve(std::max(code.size(), block_bytes));
  }
  Buffer& block = blocks_.back();
  places_.push_back({static_cast<std::uint32_t>(blocks_.size() - 1),
                     static_cast<std::uint32_t>(block.size()),
                     static_cast<std::uint32_t>(code.size())});
  block.insert(block.end(), code.begin(), code.end());
  return {};
}

Result<pack::Rule> RuleStore::at(std::size_t index) const {
  const Place& place = places_[index];
  const Bytes block = blocks_[place.block];
  pack::CodeReader in(block.subspan(place.offset, place.bytes));
  pack::Rule out = ANTIDOTARY_TRY(pack::decode_rule(in.bytes()));
  out.text = in.text();
  for (pack::Subsignature& sub : out.subs) {
    auto* const body = std::get_if<pack::Body>(&sub);
    if (body == nullptr) continue;
    for (match::Pattern& pattern : body->patterns) {
      pattern = ANTIDOTARY_TRY(pack::get_pattern(in));
    }
  }
  return out;
}

}  // namespace antidotary::signatures
