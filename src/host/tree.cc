#include "host/tree.h"

#include <algorithm>

namespace antidotary::host {

Result<Buffer> Tree::head(const std::string& path, std::size_t bytes_max) {
  const auto file = ANTIDOTARY_TRY(open(path));
  const Bytes bytes = file->bytes();
  return to_buffer(bytes.first(std::min(bytes_max, bytes.size())));
}

}  // namespace antidotary::host
