// Property: whatever a list holds, it is refused or each digest that is counted as taken is there
// with a name that can be shown, all of them to be detected or all to be allowed.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/demand.h"
#include "signatures/hashes/lists.h"

namespace {

using namespace antidotary;
using namespace antidotary::signatures;

void check(Corpus& corpus, const Status& read, pack::Role role) {
  std::size_t rows = 0;
  std::vector<std::uint32_t> tags;
  for (const Corpus::DigestRows& one : corpus.digests) {
    demand(one.role == role && one.scope == pack::Scope::file);
    rows += one.rows.size();
    for (const match::DigestRow& row : one.rows) {
      demand(row.size == 0);
      tags.push_back(row.tag);
    }
  }
  demand(corpus.sources.size() == 1 && corpus.current().taken == rows);
  demand(read.has_value() == (rows > 0));
  for (const pack::Refusal& one : corpus.refusals) demand(!one.reason.empty());
  const Buffer section = std::move(corpus.names).finish();
  const auto names = pack::Names::open(section);
  demand(names.has_value());
  for (const std::uint32_t tag : tags) {
    const auto name = names->at(tag);
    demand(name.has_value() && !name->text.empty() && name->source == 0);
    const auto hidden = [](char letter) {
      return (letter >= 0 && letter <= ' ') || letter == ':' || letter == 0x7f;
    };
    demand(std::none_of(name->text.begin(), name->text.end(), hidden));
  }
}

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  constexpr std::string_view md5 = "d41d8cd98f00b204e9800998ecf8427e";
  const std::string seeds[] = {
      fmt::format("{}\n# c\n{} *file\nno digest\n", md5, md5),
      fmt::format("\"md5\";\"name\"\n\"{}\";\"A name\"\n", md5),
      fmt::format("sha1,first,name\n{0}01234567,2026-01-01,x\n{0}{0},1,y\n", md5),
      fmt::format(R"({{"Event":{{"info":"E","Attribute":[{{"to_ids":true,"comment":"C",)"
                  R"("value":"f|{}"}},{{"to_ids":false,"value":"{}"}}]}}}})",
                  md5, md5),
      fmt::format(R"([{{"name":"N","id":"x","pattern":"[file:hashes.MD5 = '{}']"}}])", md5),
  };
  if (index >= std::size(seeds)) return 0;
  out = {static_cast<std::uint8_t>(index)};
  out.insert(out.end(), seeds[index].begin(), seeds[index].end());
  return 1;
}

// The first byte chooses the list's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool allowed = data[0] % 2 == 1;
  Corpus corpus;
  corpus.begin_source({});
  const std::string name = allowed ? "dir/allowlist.txt" : "dir/bad.txt";
  const Status read = hashes::read_list(view_of(data + 1, size - 1), name, corpus);
  check(corpus, read, allowed ? pack::Role::allow : pack::Role::detect);
  return 0;
}
