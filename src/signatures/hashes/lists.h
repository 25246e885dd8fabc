// Lists: digests as people pass them on: one a line, CSV, sha256sum's output, MISP events, STIX
// bundles, NSRL's sets. docs/formats/digest-lists.md says what is taken of each, and what is not.
#pragma once

#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "signatures/corpus.h"

namespace antidotary::signatures::hashes {

/// Whether a file that begins so (64 KiB are looked at) is a list, whatever it is called: a text of
/// which at least half of the lines hold a digest.
bool looks_like_list(Bytes start);

/// The first file that sha256sum's output (or its kin's) states a digest of; empty where it is no
/// such text. One that lies beside the list tells that this is nobody's list of threats.
std::string first_file_named(Bytes start);

/// Reads a list into the corpus's current source; its kind is told by its content. A name that says
/// allow, whitelist or NSRL, not denied ("not-allowed"), makes its digests allowed ones.
/// What is no digest, or is not meant as one, is refused, by its line; in JSON with line 0.
/// Errors, not naming the list: bad_input (nothing in it is a digest); malformed (JSON that is
/// cut).
Status read_list(Bytes bytes, const std::string& name, Corpus& corpus);

}  // namespace antidotary::signatures::hashes
