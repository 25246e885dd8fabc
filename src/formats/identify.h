// Identify: what an object really is, by its content, whatever its name says.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/bytes.h"

namespace antidotary::formats {

enum class Format : std::uint8_t {
  unknown,
  empty,
  text,
  html,
  message,
  mbox,
  zip,
  gzip,
  bzip2,
  xz,
  zstd,
  tar,
  seven_zip,
  rar,
  cab,
  ole2,
  pdf,
  pe,
  elf,
  regf,
  creg,
  gif,
  jpeg,
  png,
};
std::string_view name_of(Format format);

/// Looks at the first 64 KiB at most (and a tar's magic at 257). Never fails.
Format identify(Bytes bytes);

}  // namespace antidotary::formats
