// Property: whatever stands in the files of an entry, reading, linting and resolving names end;
// every problem has a file that was handed in, a line, and a remedy; what had an error is left out.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "entries/encyclopedia.h"
#include "entries/names.h"
#include "entries/sample.h"

namespace {

using antidotary::entries::Encyclopedia;
using antidotary::entries::Problem;
using antidotary::entries::sample_files;
using antidotary::entries::SourceFile;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const std::vector<Problem>& problems, const std::vector<SourceFile>& files) {
  for (const Problem& problem : problems) {
    bool known = false;
    for (const SourceFile& file : files) {
      known = known || file.path == problem.place.file;
    }
    require(known);
    require(problem.place.line >= 1 && problem.place.column >= 1);
    require(!problem.what.empty() && !problem.mend.empty() && !problem.rule.empty());
    require(problem.sentence().find('\n') == std::string::npos);
  }
}

}  // namespace

// The first byte says which of the sample's files the rest stands in for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::vector<SourceFile> files = sample_files();
  SourceFile& changed = files[data[0] % files.size()];
  changed.text.assign(data + 1, data + size);
  std::vector<Problem> problems;
  const Encyclopedia all = Encyclopedia::read(files, problems);
  check(problems, files);
  bool error = false;
  for (const Problem& problem : problems) {
    error = error || problem.severity == antidotary::entries::Severity::error;
  }
  require(error == (all.entries().size() + all.bulletins().size() < 2));
  check(antidotary::entries::lint(all), files);
  const auto found = antidotary::entries::resolve(all, changed.text);
  require(found.matches.size() != 1 || found.kind == antidotary::entries::Resolution::Kind::one);
  for (const auto& match : found.matches) require(match.entry != nullptr && !match.why.empty());
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  const std::vector<SourceFile> files = sample_files();
  if (index >= files.size()) return 0;
  out.assign(1, static_cast<std::uint8_t>(index));
  out.insert(out.end(), files[index].text.begin(), files[index].text.end());
  return 1;
}
