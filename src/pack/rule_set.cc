#include "pack/rule_set.h"

#include "core/reader.h"

namespace antidotary::pack {

Posting Postings::operator[](std::size_t index) const {
  const std::size_t at = index * record_bytes;
  return {load_u32_le(records_, at), load_u16_le(records_, at + 4), load_u16_le(records_, at + 6)};
}

Result<RuleSet> RuleSet::open(Bytes literals, Bytes postings, Bytes always,
                              const PageAdvice& advice) {
  RuleSet out;
  if (!literals.empty()) {
    out.literals_.emplace(ANTIDOTARY_TRY(match::LiteralSet::open(literals, advice)));
    Reader reader(postings);
    const std::uint32_t count = ANTIDOTARY_TRY(reader.u32_le());
    out.index_ = ANTIDOTARY_TRY(reader.take((std::size_t{count} + 1) * 4));
    out.postings_ = ANTIDOTARY_TRY(reader.take(reader.remaining()));
    if (out.postings_.size() % Postings::record_bytes != 0) {
      return fail(ErrorKind::malformed, "postings that are cut");
    }
  }
  for (std::size_t at = 0; at + 4 <= always.size(); at += 4) {
    out.always_.push_back(load_u32_le(always, at));
  }
  return out;
}

Result<Postings> RuleSet::postings(std::uint32_t literal) const {
  const std::size_t at = std::size_t{literal} * 4;
  if (at + 8 > index_.size()) return fail(ErrorKind::malformed, "a literal without postings");
  const std::uint64_t begin = std::uint64_t{load_u32_le(index_, at)} * Postings::record_bytes;
  const std::uint64_t end = std::uint64_t{load_u32_le(index_, at + 4)} * Postings::record_bytes;
  if (begin > end || end > postings_.size()) {
    return fail(ErrorKind::malformed, "postings that are damaged");
  }
  return Postings(
      postings_.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
}

}  // namespace antidotary::pack
