// What every opener of documents holds to, whatever the bytes: the purse is kept, names are UTF-8,
// each gap has a sentence, and a spent purse is told of. For *_fuzz.cc only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "unpack/unpack.h"

namespace antidotary::unpack {

inline void keep_within_limits(formats::Format format, Bytes bytes) {
  Limits limits;
  limits.steps_max = 2'000'000;
  limits.bytes_max = 512 << 10;
  limits.object_bytes_max = 128 << 10;
  limits.objects_max = 200;
  Budget budget(limits);
  bool told = false;
  Visitor visitor;
  visitor.child = [&](const Child& child) {
    demand(is_utf8(child.name));
    demand(child.bytes.size() <= std::max<std::size_t>(limits.object_bytes_max, bytes.size()));
    // Each byte can be read.
    volatile unsigned sum = 0;
    for (const std::byte b : child.bytes) sum = sum + std::to_integer<unsigned>(b);
  };
  visitor.missed = [&](const Missed& missed) {
    demand(is_utf8(missed.name) && !missed.error.what.empty());
    told = told || missed.error.kind == ErrorKind::budget_spent;
  };
  visitor.member = [](const Member& member) { demand(is_utf8(member.name)); };
  visitor.odd = [](const Oddity& oddity) {
    demand(!oddity.name.empty() && is_utf8(oddity.member));
  };
  unpack(format, bytes, budget, visitor);
  demand(budget.bytes_used() <= limits.bytes_max);
  demand(!budget.spent() || told);
}

}  // namespace antidotary::unpack
