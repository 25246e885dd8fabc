#include "unpack/views/views.h"

#include <fmt/core.h>

#include "formats/clam_type.h"
#include "unpack/views/html.h"
#include "unpack/views/script.h"
#include "unpack/views/text.h"

namespace antidotary::unpack {

namespace {

/// The first bytes, and whether the purse has a step for each.
bool take(Views& out, Bytes& bytes, std::size_t most, Budget& budget) {
  if (bytes.size() > most) {
    out.cut = Error{
        ErrorKind::budget_spent,
        fmt::format("only its first {} MB were held against rules for text and HTML", most >> 20),
        most};
    bytes = bytes.first(most);
  }
  const Status paid = budget.step(bytes.size());
  if (!paid) out.cut = paid.error();
  return paid.has_value();
}

void add_html(Views& out, Bytes bytes, Budget& budget) {
  if (!take(out, bytes, html_bytes_max, budget)) return;
  HtmlViews html = html_views(bytes);
  out.all.push_back({ViewTarget::html, std::move(html.nocomment), "nocomment.html"});
  out.all.push_back({ViewTarget::html, std::move(html.notags), "notags.html"});
  std::size_t room = script_bytes_max;
  for (std::string_view& script : html.scripts) {
    if (script.size() > room) {
      out.cut = Error{ErrorKind::budget_spent,
                      fmt::format("only the first {} MB of its scripts were held against rules",
                                  script_bytes_max >> 20),
                      script_bytes_max};
    }
    script = script.substr(0, room);
    room -= script.size();
  }
  if (html.scripts.empty() || !budget.step(script_bytes_max - room)) return;
  Buffer scripts = script_view(html.scripts);
  out.all.push_back({ViewTarget::text, scripts, "javascript"});
  out.all.push_back({ViewTarget::html, std::move(scripts), "javascript"});
}

}  // namespace

Views views(std::string_view clam_type, Bytes bytes, Budget& budget) {
  Views out;
  switch (formats::target_of(clam_type)) {
    case 3: {
      add_html(out, bytes, budget);
      break;
    }
    case 7:
      if (!take(out, bytes, text_bytes_max, budget)) break;
      out.all.push_back({ViewTarget::text, text_view(bytes), "text"});
      break;
    default:
      break;
  }
  return out;
}

}  // namespace antidotary::unpack
