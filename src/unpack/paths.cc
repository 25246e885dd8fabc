#include "unpack/paths.h"

namespace antidotary::unpack {

std::string joined(std::string_view folder, std::string_view name) {
  // A byte more than is kept of each, so that what is cut is seen below.
  std::string out(folder.substr(0, path_bytes_max + 1));
  if (!out.empty() && !name.empty()) out += '/';
  out += name.substr(0, path_bytes_max + 1);
  if (out.size() <= path_bytes_max) return out;
  std::size_t end = path_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
  out.resize(end);
  return out;
}

}  // namespace antidotary::unpack
