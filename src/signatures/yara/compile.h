// Compile: the YARA texts and compiled files of a corpus into the bytes of a pack's section
// (pack/yara_section.h), by libyara. A rule that libyara refuses is refused alone, by its line,
// with what depends on it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "pack/tables.h"
#include "signatures/corpus.h"
#include "signatures/yara/include.h"
#include "signatures/yara/unit.h"

namespace antidotary::signatures::yara {

/// The share of a corpus that is compiled here; what it views must outlive it.
struct Input {
  std::span<const pack::Source> sources;
  std::span<const Corpus::YaraText> texts;
  std::span<const Corpus::CompiledYara> compiled;
  std::span<const Corpus::Ignore> ignores;
};
inline Input input_of(const Corpus& corpus) {
  return {corpus.sources, corpus.yara_texts, corpus.yara_compiled, corpus.ignores};
}

struct Compiled {
  Buffer section;  ///< Empty where there is no rule.
  std::vector<pack::YaraText> rules;
  std::vector<pack::Refusal> refusals;
  /// Rules taken by source: as many numbers as there are sources.
  std::vector<std::uint64_t> taken;
};

/// Every text is a namespace of its own, called by its path, so that rules of the same name in two
/// files are two rules. Rules beside ClamAV databases ("clamav-yara") are shown as ClamAV shows
/// them. Ignored names ("YARA.rule") stay, since others may need them, but are not reported.
/// Deterministic: same input, same bytes.
/// Errors: internal.
Result<Compiled> compile(const Input& input, const ReadInclude& read = read_beneath,
                         const UnitLimits& limits = {});

}  // namespace antidotary::signatures::yara
