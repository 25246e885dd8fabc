// The headers of a PE as its other readers need them: inside this folder only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/executable/layout.h"

namespace antidotary::executable {

/// "Optional Header Data Directories".
struct Directory {
  std::uint32_t address = 0;
  std::uint32_t size = 0;
};
inline constexpr std::size_t import_directory = 1;
inline constexpr std::size_t resource_directory = 2;
inline constexpr std::size_t directories_max = 16;

struct Image {
  Bytes file;
  bool wide = false;                     ///< PE32+: thunks of 64 bits.
  std::uint64_t headers_bytes = 0;       ///< Addresses below are offsets in the file.
  std::vector<std::uint64_t> addresses;  ///< Of each section.
  std::vector<Section> sections;
  std::array<Directory, directories_max> directories;

  /// Where in the file the byte at `address` stands; it lies inside the file. Of overlapping
  /// sections the last one counts.
  std::optional<std::size_t> offset_of(std::uint64_t address) const;
  /// The file's bytes from `address` on; empty where it is nowhere.
  Bytes bytes_at(std::uint64_t address) const;
};

/// The list that imphash is made of; empty where a descriptor is damaged or there are none.
/// Errors: budget_spent.
Result<std::string> read_imports(const Image& image, Budget& budget);

/// File offsets of the keys of the version information. Errors: budget_spent.
Result<std::vector<std::uint64_t>> read_version_strings(const Image& image, Budget& budget);

}  // namespace antidotary::executable
