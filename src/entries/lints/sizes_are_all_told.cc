// Lint: where sources print several sizes of one file, all of them are taken.
//
// Packing and appended garbage make vendors print different sizes (Mimail.A: 12 KB, 16 KB, 19,824).
// A single number that a note beside it contradicts would miss the others' files.
#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "entries/kinds/file.h"
#include "entries/lints/lint.h"

namespace antidotary::entries {
namespace {

// "22,528" and "22582" of a sentence: the numbers of four digits or more.
std::vector<std::uint64_t> numbers_in(std::string_view text) {
  constexpr std::uint64_t most = 1'000'000'000;
  std::vector<std::uint64_t> out;
  std::uint64_t number = 0;
  const auto take = [&] {
    if (number >= 1000 && number < most) out.push_back(number);
    number = 0;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9';
    if (digit && number < most) number = number * 10 + static_cast<std::uint64_t>(c - '0');
    const bool grouping =
        c == ',' && number != 0 && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    if (!digit && !grouping) take();
  }
  take();
  return out;
}

class SizesAreAllTold final : public ChangeLint<FileChange> {
 public:
  std::string_view name() const override { return "sizes-are-all-told"; }
  std::string_view advice() const override {
    return "List every size that a source prints: `sizes = [22528, 22582]`; where it varies "
           "freely, give none.";
  }
  void check_change(const FileChange& change, Report& report) const override {
    // Where Windows has a file of that name, the note speaks of its sizes as well.
    if (!change.genuine_twin.empty()) return;
    if (change.sizes.empty() || change.note.find("bytes") == std::string::npos) return;
    for (const std::uint64_t told : numbers_in(change.note)) {
      // Years stand in notes as well.
      if (told >= 1980 && told <= 2100) continue;
      if (std::find(change.sizes.begin(), change.sizes.end(), told) != change.sizes.end()) continue;
      report.say(change.place, fmt::format("the note speaks of {} bytes, `sizes` does not", told));
    }
  }
};

}  // namespace

const Lint& sizes_are_all_told_lint() {
  static const SizesAreAllTold rule;
  return rule;
}

}  // namespace antidotary::entries
