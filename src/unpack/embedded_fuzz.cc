// Property: what is embedded lies inside the object, never is the object itself, is found at the
// same places with and without SIMD, and a spent purse is told of.
#include <string>

#include "core/demand.h"
#include "formats/executable/specimens.h"
#include "formats/zip/writer.h"
#include "unpack/carve/look.h"
#include "unpack/carve/mark_scan.h"
#include "unpack/embedded.h"

using namespace antidotary;

namespace {

void compare_scans(Bytes bytes) {
  const unpack::MarkScan scan(unpack::embedded_marks());
  unpack::MarkScan::Hit fast, plain;
  for (std::size_t at = 0;; at = fast.offset + 1) {
    const bool more = scan.next(bytes, at, fast);
    demand(more == scan.next_plain(bytes, at, plain));
    if (!more) return;
    demand(fast.offset == plain.offset && fast.mark == plain.mark);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = view_of(data, size);
  compare_scans(bytes);
  Limits limits;
  limits.steps_max = 20'000;
  limits.bytes_max = 1 << 20;
  limits.object_bytes_max = 1 << 18;
  limits.objects_max = 20;
  Budget budget(limits);
  bool told = false;
  unpack::Visitor visitor;
  visitor.child = [&](const unpack::Child& child) {
    if (!child.embedded) return;
    demand(child.bytes.data() > bytes.data());
    demand(child.bytes.data() + child.bytes.size() <= bytes.data() + bytes.size());
  };
  visitor.missed = [&](const unpack::Missed& missed) {
    told = told || missed.error.kind == ErrorKind::budget_spent;
  };
  unpack::open_embedded(bytes, {}, budget, visitor);
  demand(!budget.spent() || told || budget.spent() == Limit::object_bytes);
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  if (index >= 3) return 0;
  std::string seed = "filler";
  if (index == 0) {
    zip::Writer writer;
    writer.add("a.txt", as_bytes(std::string_view("some bytes")));
    writer.add("b.txt", as_bytes(std::string_view("more bytes")));
    seed += to_string(writer.finish());
  }
  if (index == 1) seed += to_string(executable::pe_of({}, 0x800));
  if (index == 2) seed += to_string(executable::elf_of(true, false));
  out.assign(seed.begin(), seed.end());
  return 1;
}
