// Reads and writes a whole file for the programs of this folder, which are tests and nothing more.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "core/bytes.h"

namespace antidotary {

inline Buffer read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return to_buffer(as_bytes(std::string_view(text)));
}

inline bool write_whole(const std::string& path, Bytes bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(as_chars(bytes), static_cast<std::streamsize>(bytes.size()));
  file.close();
  return file.good();
}

}  // namespace antidotary
