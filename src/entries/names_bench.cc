// How many labels a second are resolved on one core; the aim is a million a minute, 16,667 a
// second. The labels are those of tests/names, known and unknown, over the real encyclopedia.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/text.h"
#include "entries/names.h"

namespace {

namespace fs = std::filesystem;
using namespace antidotary::entries;  // NOLINT: a benchmark speaks of nothing else

Encyclopedia encyclopedia_of_this_tree() {
  const fs::path root = std::string(ANTIDOTARY_SOURCE_DIR) + "/encyclopedia";
  std::vector<SourceFile> files;
  for (const auto& item : fs::recursive_directory_iterator(root)) {
    if (!item.is_regular_file()) continue;
    std::ifstream in(item.path(), std::ios::binary);
    files.push_back({fs::relative(item.path(), root).generic_string(),
                     std::string(std::istreambuf_iterator<char>(in), {})});
  }
  std::vector<Problem> problems;
  return Encyclopedia::read(files, problems);
}

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
  const Encyclopedia all = encyclopedia_of_this_tree();
  const Names names(all);
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
