// Container: what the header of a CVD, CLD or CUD says, before anything of it is read.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"
#include "signatures/clamav/seal.h"
#include "signatures/corpus.h"

namespace antidotary::signatures::clamav {

/// Length of the header, which is text padded with blanks.
inline constexpr std::size_t header_bytes = 512;

/// The version that a container beginning with `start` states; 0 where it has no header. A claim:
/// good for choosing between two files, whose content is checked when it is read.
std::uint64_t container_version(Bytes start);

/// When it was made, as it states itself: the last field of its header. 0 where it states nothing.
std::uint64_t container_made_unix_s(Bytes start);

/// Reads a container whose .info member `index_key` seals: for tests, which cannot sign as the
/// publisher. Errors: bad_input.
Status read_container(std::string_view extension, Bytes bytes, const PublicKey& index_key,
                      Corpus& corpus);

}  // namespace antidotary::signatures::clamav
