#include "unpack/views/views.h"

#include <fmt/core.h>

#include "formats/clam_type.h"
#include "unpack/views/html.h"
#include "unpack/views/text.h"

namespace antidotary::unpack {

namespace {

using Make = Buffer (*)(Bytes);

/// Adds one view of the first bytes; where it shows less than there is, says so.
void add(Views& out, ViewTarget target, const char* name, Make make, Bytes bytes, std::size_t most,
         Budget& budget) {
  if (bytes.size() > most) {
    out.cut = Error{ErrorKind::budget_spent,
                    fmt::format("only its first {} MB were held against rules for text and HTML",
                                most >> 20),
                    most};
    bytes = bytes.first(most);
  }
  if (const Status paid = budget.step(bytes.size()); !paid) {
    out.cut = paid.error();
    return;
  }
  out.all.push_back({target, make(bytes), name});
}

}  // namespace

Views views(std::string_view clam_type, Bytes bytes, Budget& budget) {
  Views out;
  switch (formats::target_of(clam_type)) {
    case 3: {
      constexpr auto html = ViewTarget::html;
      add(out, html, "nocomment.html", &html_without_comments, bytes, html_bytes_max, budget);
      add(out, html, "notags.html", &html_without_tags, bytes, html_bytes_max, budget);
      break;
    }
    case 7:
      add(out, ViewTarget::text, "text", &text_view, bytes, text_bytes_max, budget);
      break;
    default:
      break;
  }
  return out;
}

}  // namespace antidotary::unpack
