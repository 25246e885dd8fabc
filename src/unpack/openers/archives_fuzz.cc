// Property, for each format that this folder opens, the first byte choosing it: no more comes out
// than the purse holds, no child is larger than object_bytes_max or the input, names are UTF-8, and
// every input ends.
#include <cstdint>
#include <string>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "formats/zip/writer.h"
#include "unpack/unpack.h"

namespace {

using namespace antidotary;
using formats::Format;

constexpr Format formats_tried[] = {
    Format::zip,  Format::gzip,    Format::bzip2,         Format::xz,       Format::lzma,
    Format::zstd, Format::lz4,     Format::tar,           Format::compress, Format::cpio,
    Format::ar,   Format::rpm,     Format::arj,           Format::rar,      Format::seven_zip,
    Format::lha,  Format::xar,     Format::cab,           Format::chm,      Format::szdd,
    Format::kwaj, Format::iso9660, Format::mbr,           Format::gpt,      Format::apm,
    Format::ext,  Format::fat,     Format::ntfs,          Format::hfs_plus, Format::sis,
    Format::nsis, Format::autoit,  Format::installshield, Format::wim,      Format::udf,
    Format::dmg};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Format format = formats_tried[data[0] % std::size(formats_tried)];
  const Bytes bytes = view_of(data + 1, size - 1);
  Limits limits;
  limits.steps_max = 1'000'000;
  limits.bytes_max = 256 << 10;
  limits.object_bytes_max = 64 << 10;
  limits.objects_max = 100;
  Budget budget(limits);
  const std::vector<std::string> passwords = {"secret"};
  unpack::Visitor visitor;
  visitor.passwords = passwords;
  visitor.child = [&](const unpack::Child& child) {
    demand(is_utf8(child.name));
    demand(child.bytes.size() <= std::max<std::size_t>(limits.object_bytes_max, bytes.size()));
  };
  visitor.missed = [](const unpack::Missed& missed) {
    demand(is_utf8(missed.name) && is_utf8(missed.error.what) && !missed.error.what.empty());
  };
  unpack::unpack(format, bytes, budget, visitor);
  demand(budget.bytes_used() <= limits.bytes_max);
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  // tests/formats/make_seeds.py makes those of the formats' own tools.
  if (index >= std::size(formats_tried)) return 0;
  zip::Writer writer;
  writer.add("a.txt", as_bytes(std::string_view("some bytes")));
  out.assign(1, static_cast<std::uint8_t>(index));
  for (const std::byte b : writer.finish()) out.push_back(std::to_integer<std::uint8_t>(b));
  return 1;
}
