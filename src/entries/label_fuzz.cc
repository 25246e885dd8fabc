// Property: whatever a label, a report or a question is, taking it apart ends; its parts are
// bounded by it; and what is resolved points into the encyclopedia.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/bytes.h"
#include "entries/names.h"
#include "entries/sample.h"
#include "entries/search.h"
#include "entries/votes.h"

namespace {

using namespace antidotary::entries;  // NOLINT: a fuzzer speaks of nothing else

void require(bool holds) {
  if (!holds) std::abort();
}

const Encyclopedia& sample() {
  static const Encyclopedia all = [] {
    std::vector<Problem> problems;
    return Encyclopedia::read(sample_files(), problems);
  }();
  return all;
}

void check_label(std::string_view text) {
  for (const std::string_view vendor : {"", "Sophos", "ClamAV", "AhnLab", "nobody"}) {
    const Label label = parse_label(text, vendor);
    const std::size_t parts = label.prefix.size() + label.family.size() + label.variant.size() +
                              label.length.size() + label.suffixes.size();
    require(parts <= label_bytes_max);
    require(label.family.empty() || label.prefix.size() < text.size());
    for (const char c : label.variant) {
      require((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    }
  }
}

void check_resolution(const Resolution& found) {
  require((found.kind == Resolution::Kind::unknown) == found.matches.empty());
  require((found.kind == Resolution::Kind::one) == (found.matches.size() == 1));
  for (const NameMatch& match : found.matches) {
    require(sample().find(match.entry->id) == match.entry && !match.why.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  static const Names names(sample());
  check_label(text);
  check_resolution(names.resolve(text));
  // A prefix that is known, so that what follows is reached.
  check_resolution(names.resolve("W32/Example." + text, "Sophos"));
  for (const Hit& hit : search(sample(), text, 3)) require(hit.words > 0 && hit.score > 0);
  if (const auto json = antidotary::Json::parse(text)) {
    if (const auto report = read_report(*json)) {
      const Verdict verdict = vote(names, *report);
      require(verdict.votes.size() == report->labels.size());
      require(verdict.counted <= verdict.votes.size());
    }
  }
  return 0;
}
