// Names: whatever the section's bytes are, a reference yields a name of bounded length or an error,
// and what `find` finds is there. A second reading of the input takes it as
// names, which must come back as they were.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/text.h"
#include "pack/names.h"

namespace {

using antidotary::Buffer;
using antidotary::Bytes;
using antidotary::pack::Names;
using antidotary::pack::NamesBuilder;

void require(bool held) {
  if (!held) std::abort();
}

void read_as_section(Bytes input) {
  const auto names = Names::open(input);
  if (!names) return;
  for (std::uint32_t reference = 0; reference <= input.size(); ++reference) {
    const auto name = names->at(reference);
    if (!name) continue;
    require(name->text.size() <= 4096 * 20);
    const auto found = names->find({name->text});
    if (!found) continue;
    for (const std::uint32_t one : *found) {
      const auto other = names->at(one);
      require(other.has_value());
    }
    if (reference > 8) return;
  }
}

void read_as_names(std::string_view text) {
  NamesBuilder builder;
  std::vector<std::pair<std::string, std::uint32_t>> added;
  for (std::string_view line : antidotary::split(text, '\n')) {
    line = line.substr(0, 4096);
    std::string name(line);
    for (char& one : name) one = one == '\1' ? '?' : one;
    added.emplace_back(name, builder.add(line, static_cast<std::uint32_t>(line.size())));
  }
  const Buffer section = std::move(builder).finish();
  const auto names = Names::open(section);
  require(names.has_value());
  for (const auto& [name, reference] : added) {
    const auto back = names->at(reference);
    require(back && back->text == name && back->source == name.size());
    const auto found = names->find({name});
    require(found && std::binary_search(found->begin(), found->end(), reference));
  }
}

}  // namespace

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  static constexpr std::string_view text = "Win.A-12-0\nWin.A-13-0\nWin.A-12-0\nB\n00-7\n";
  if (index > 1) return 0;
  out.assign(text.begin(), text.end());
  if (index == 0) return 1;
  NamesBuilder builder;
  for (const std::string_view line : antidotary::split(text, '\n')) builder.add(line, 1);
  const Buffer section = std::move(builder).finish();
  const std::string_view bytes = antidotary::as_text(section);
  out.assign(bytes.begin(), bytes.end());
  return 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = antidotary::view_of(data, size);
  read_as_section(input);
  read_as_names(antidotary::as_text(input));
  return 0;
}
