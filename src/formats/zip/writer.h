// Zip writer: small archives of stored members, for simulated messages and for tests.
//
// It does not deflate and knows no zip64. Options exist to write what readers must withstand.
//
// Spec: PKWARE APPNOTE 6.3.10.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.h"

namespace antidotary::zip {

/// The CRC-32 of zip, gzip and PNG (ITU-T V.42).
std::uint32_t crc32(Bytes bytes);

class Writer {
 public:
  /// Adds a stored member. `name` is UTF-8 with `/` between folders. With `encrypted` only the
  /// flag is set: the data are as given.
  void add(std::string_view name, Bytes data, bool encrypted = false);
  /// Adds a directory record that points at the data of member `index`: an overlap.
  void add_overlap(std::string_view name, std::size_t index);
  /// The archive; the writer may not be used again. At most 65,535 members and 4 GiB - 1 bytes.
  Buffer finish();

 private:
  struct Written {
    std::string name;
    std::uint16_t flags;
    std::uint32_t crc;
    std::uint32_t bytes;
    std::uint32_t offset;
  };
  Buffer out_;
  std::vector<Written> written_;
};

}  // namespace antidotary::zip
