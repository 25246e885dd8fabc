// Property: no container format brings out more than the purse holds, no child is larger than
// object_bytes_max, every name is UTF-8, and a spent purse is told of.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "formats/zip/writer.h"
#include "unpack/unpack.h"

namespace {

using namespace antidotary;
using formats::Format;

void unpack_as(Format format, Bytes bytes) {
  Limits limits;
  limits.steps_max = 1'000'000;
  limits.bytes_max = 256 << 10;
  limits.object_bytes_max = 64 << 10;
  limits.objects_max = 100;
  Budget budget(limits);
  bool missed_by_budget = false;
  unpack::Visitor visitor;
  visitor.child = [&](const unpack::Child& child) {
    demand(is_utf8(child.name));
    demand(child.bytes.size() <= std::max<std::size_t>(limits.object_bytes_max, bytes.size()));
  };
  visitor.missed = [&](const unpack::Missed& missed) {
    demand(is_utf8(missed.name) && !missed.error.what.empty());
    missed_by_budget = missed_by_budget || missed.error.kind == ErrorKind::budget_spent;
  };
  unpack::unpack(format, bytes, budget, visitor);
  demand(budget.bytes_used() <= limits.bytes_max);
  demand(!budget.spent() || missed_by_budget);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = view_of(data, size);
  unpack_as(formats::identify(bytes), bytes);
  for (const Format format : {Format::zip, Format::tar, Format::gzip, Format::seven_zip}) {
    unpack_as(format, bytes);
  }
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index >= 3) return 0;
  std::string seed;
  if (index == 0) {
    zip::Writer writer;
    writer.add("folder/a.txt", as_bytes(std::string_view("some bytes")));
    writer.add("b.txt", as_bytes(std::string_view("more")), true);
    writer.add_overlap("c.txt", 0);
    seed = to_string(writer.finish());
  } else if (index == 1) {
    seed.assign("\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x06\0\xf9\xffhello\n\x20\x30\x3a\x36\x06\0\0\0",
                29);
  } else {
    seed = "From: a\nSubject: b\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n";
  }
  out.assign(seed.begin(), seed.end());
  return 1;
}
