// How many labels a second are resolved on one core; the aim is a million a minute, 16,667 a
// second. The labels are those of tests/names, known and unknown, over the real encyclopedia.
#include <benchmark/benchmark.h>

#include <fstream>

#include "core/text.h"
#include "entries/names.h"
#include "entries/this_tree.h"

namespace {

using namespace antidotary::entries;  // NOLINT: a benchmark speaks of nothing else

std::vector<std::string> labels_of(const std::string& name) {
  std::ifstream in(std::string(ANTIDOTARY_SOURCE_DIR) + "/tests/names/" + name);
  std::vector<std::string> labels;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    labels.emplace_back(antidotary::split(line, '\t').at(1));
  }
  return labels;
}

void resolve_labels(benchmark::State& state) {
  const Names names(encyclopedia_of_this_tree());
  std::vector<std::string> labels = labels_of("unseen_labels.tsv");
  for (const std::string& other : labels_of("other_labels.tsv")) labels.push_back(other);
  std::int64_t resolved = 0;
  for (auto _ : state) {
    for (const std::string& label : labels) benchmark::DoNotOptimize(names.resolve(label));
    resolved += static_cast<std::int64_t>(labels.size());
  }
  state.SetItemsProcessed(resolved);
}
BENCHMARK(resolve_labels)->Unit(benchmark::kMillisecond);

}  // namespace
