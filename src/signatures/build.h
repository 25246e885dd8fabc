// Build: a corpus into the bytes of a pack. Deterministic: same corpus, same bytes.
#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "pack/file.h"
#include "signatures/corpus.h"

namespace antidotary::signatures {

struct BuildOptions {
  /// An older pack, whose sections are taken over where their inputs are the same; may be null.
  const pack::File* older = nullptr;
  Bytes signing_key;  ///< Ed25519, or empty.
  /// Called now and then with what is being done and how far: ("patterns of pe", 12000, 200000).
  std::function<void(std::string_view what, std::uint64_t done, std::uint64_t of)> progress;
};

/// Errors: refused (a pattern that would match everywhere is a Refusal, not an error), internal.
Result<Buffer> build(Corpus&& corpus, const BuildOptions& options = {});

}  // namespace antidotary::signatures
