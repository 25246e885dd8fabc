// Zip methods: how a zip member's bytes are packed, by the numbers of APPNOTE 6.3.10, 4.4.5.
//
// What a library reads is left to it; DEFLATE64, imploding and shrinking, which none of ours does,
// are read here (docs/decisions/0101). Internal to the room.
#pragma once

#include <cstdint>

#include "unpack/brought.h"

namespace antidotary::unpack {

struct ZipPacked {
  std::uint16_t method = 0;
  std::uint16_t flags = 0;           ///< General purpose bits (4.4.4).
  std::uint64_t unpacked_bytes = 0;  ///< As declared.
  Bytes data;
};

bool reads_zip_method(std::uint16_t method);

/// Unpacks a member. A method that is not read is an error (unsupported).
Brought unpack_zip_method(const ZipPacked& packed, Budget& budget);

// The methods that stand in files of their own.
Brought inflate64(Bytes packed, Budget& budget);
Brought explode(const ZipPacked& packed, Budget& budget);
Brought unshrink(const ZipPacked& packed, Budget& budget);

}  // namespace antidotary::unpack
