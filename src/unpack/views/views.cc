#include "unpack/views/views.h"

#include "formats/clam_type.h"
#include "unpack/views/text.h"

namespace antidotary::unpack {

std::vector<View> views(std::string_view clam_type, Bytes bytes, Budget& budget) {
  std::vector<View> out;
  if (formats::target_of(clam_type) == 7) {
    if (bytes.size() > text_bytes_max || !budget.step(bytes.size())) return out;
    out.push_back({ViewTarget::text, text_view(bytes), "text"});
  }
  return out;
}

}  // namespace antidotary::unpack
