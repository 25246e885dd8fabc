// Property: whatever bytes a section has, opening it answers; only what was built opens, since
// libyara believes what it loads. The shape of a compiled file is checked without reading past it,
// and meta of any text yields bounded lists of what it claims to hold.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/demand.h"
#include "core/text.h"
#include "pack/yara.h"
#include "pack/yara_meta.h"
#include "pack/yara_sample.h"
#include "pack/yara_section.h"

namespace {

using namespace antidotary;

const Buffer& good_section() {
  static const Buffer section = pack::yara_sample::section(
      "rule a : t { meta: m = \"x\" strings: $a = \"abcd\" $b = /x[yz]+/ condition: any of them }");
  return section;
}

void read_meta(Bytes bytes) {
  std::vector<std::pair<std::string, std::string>> meta;
  constexpr const char* keys[] = {"author", "hash1", "reference", "malware", "mitre", "score"};
  for (const char* key : keys) meta.emplace_back(key, to_string(bytes));
  const pack::YaraMeta read = pack::read_yara_meta(meta, {to_string(bytes)});
  demand(read.hashes.size() <= pack::yara_meta_items_max);
  demand(!read.score || *read.score <= 100);
  for (const std::string& hash : read.hashes) {
    demand(hash.size() == 32 || hash.size() == 40 || hash.size() == 64);
  }
  for (const std::string& id : read.attack) demand(id.size() == 5 || id.size() == 9);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = view_of(data, size);
  const auto opened = pack::Yara::open(bytes);
  const Buffer& good = good_section();
  demand(opened.has_value() == std::equal(bytes.begin(), bytes.end(), good.begin(), good.end()));
  static_cast<void>(pack::check_yara_stream(bytes));
  read_meta(bytes);
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  Buffer seed;
  if (index == 0) seed = good_section();
  if (index == 1)
    seed = pack::yara_sample::stream("rule a { strings: $a = \"abcd\" condition: $a }");
  if (index == 2) seed = to_buffer(as_bytes(std::string_view("T1059.001, https://a.example 75")));
  const unsigned char* octets = as_octets(Bytes(seed));
  out.assign(octets, octets + seed.size());
  return seed.empty() ? 0 : 1;
}
