// Inert: the linter's rule over proof folders: near misses are harmless text, never programs.
//
// What is committed below `proof/` is looked at by everybody's scanner and opened by the curious.
// It may hold nothing that runs, nor the EICAR string, which is made at test time only.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "entries/encyclopedia.h"

namespace antidotary::proof {

/// Largest file of a proof, in bytes: a near miss is a name and a few words.
inline constexpr std::uint64_t proof_bytes_max = 256 * 1024;

/// Problems (rule "proof-is-inert") of every file in a proof folder below the encyclopedia
/// `directory`. Errors: those of walking it.
Result<std::vector<entries::Problem>> lint_proofs(const std::string& directory);

}  // namespace antidotary::proof
