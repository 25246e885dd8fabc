// Property, for each format that this folder opens, the first byte choosing it: no more comes out
// than the purse holds, no child is larger than object_bytes_max or the input, names are UTF-8, and
// every input ends. What our own readers are given they bring out or miss; no member is passed
// over.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "formats/zip/writer.h"
#include "unpack/openers/container_specimens.h"
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

// Our own readers of containers that hold something always: a header, a controller, a partition.
constexpr Format never_empty[] = {Format::nsis, Format::dmg, Format::sis};
// And of those whose members each come out or are missed. InstallShield's rows may be links.
constexpr Format own_readers[] = {Format::zip, Format::arj, Format::nsis, Format::dmg,
                                  Format::sis, Format::wim, Format::udf};

template <std::size_t size>
bool is_one_of(const Format (&formats)[size], Format format) {
  return std::find(std::begin(formats), std::end(formats), format) != std::end(formats);
}

/// Those that no tool writes in a size that a fuzzer can change.
std::vector<std::pair<Format, std::string>> specimens_tried() {
  namespace made = unpack::specimens;
  const std::string packed = made::zlib_of(made::padded(made::content, 512));
  zip::Writer writer;
  writer.add("a.txt", as_bytes(std::string_view("some bytes")));
  return {{Format::zip, to_string(writer.finish())},
          {Format::sis, made::sis()},
          {Format::sis, made::old_sis()},
          {Format::wim, made::wim(made::wim_metadata("a.txt"))},
          {Format::dmg, made::dmg()},
          {Format::dmg, made::dmg({{0, 0, 1, ""}, {0x80000004, 1, 1, "\x80x\x7f\x01\x01"}}, 2)},
          {Format::udf, made::udf(2)},
          {Format::udf, made::udf(1, 0)},
          {Format::installshield, made::installshield({{"a"}, {"b", 4, 0u}})},
          {Format::installshield, made::setup_file("one1.cab", made::installshield({{"a"}}))},
          {Format::nsis, made::nsis()},
          {Format::cab, made::cab({{"a.txt", made::content}})},
          {Format::lz4, made::words({0x184c2102, 12}) + std::string("\xb0some bytes.", 12)}};
}

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
  std::size_t members = 0, told = 0;
  visitor.member = [&](const unpack::Member&) { ++members; };
  visitor.child = [&](const unpack::Child& child) {
    ++told;
    demand(is_utf8(child.name));
    demand(child.bytes.size() <= std::max<std::size_t>(limits.object_bytes_max, bytes.size()));
  };
  visitor.missed = [&](const unpack::Missed& missed) {
    ++told;
    demand(is_utf8(missed.name) && is_utf8(missed.error.what) && !missed.error.what.empty());
  };
  unpack::unpack(format, bytes, budget, visitor);
  demand(budget.bytes_used() <= limits.bytes_max);
  demand(told > 0 || !is_one_of(never_empty, format));
  demand(told > 0 || members == 0);
  demand(told >= members || budget.spent() || !is_one_of(own_readers, format));
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  static const auto seeds = specimens_tried();
  if (index >= seeds.size()) return 0;
  const auto& [format, bytes] = seeds[index];
  const auto place = std::find(std::begin(formats_tried), std::end(formats_tried), format);
  out.assign(1, static_cast<std::uint8_t>(place - std::begin(formats_tried)));
  out.insert(out.end(), bytes.begin(), bytes.end());
  return 1;
}
