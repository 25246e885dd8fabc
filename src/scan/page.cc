#include "scan/page.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "core/text.h"

namespace antidotary::scan {
namespace {

using namespace std::string_view_literals;

// Elements, without a prefix: "<svg:script" is one as well. Those of SVG that can set a link.
constexpr std::array acting_elements = {"script"sv,   "form"sv,          "iframe"sv,  "frame"sv,
                                        "frameset"sv, "object"sv,        "embed"sv,   "applet"sv,
                                        "base"sv,     "foreignobject"sv, "animate"sv, "set"sv,
                                        "handler"sv,  "listener"sv,      "use"sv,     "portal"sv};
// Wherever they stand. "&#" in a value may spell any of the others.
constexpr std::array acting_words = {"javascript:"sv, "vbscript:"sv,   "expression("sv, "file:/"sv,
                                     "<!entity"sv,    "<?xml-style"sv, "&colon;"sv,     "&tab;"sv,
                                     "&newline;"sv,   "=\"&#"sv,       "='&#"sv,        "=&#"sv};
constexpr std::size_t event_letters_least = 3;

bool is_letter(char one) { return one >= 'a' && one <= 'z'; }
bool is_white(char one) { return one == ' ' || (one >= '\t' && one <= '\r'); }
bool parts_attributes(char one) {
  return is_white(one) || one == '/' || one == '"' || one == '\'' || one == '<';
}

std::string_view element_at(std::string_view page, std::size_t at) {
  std::size_t end = at;
  while (end < page.size() && (is_letter(page[end]) || page[end] == ':')) ++end;
  const std::string_view name = page.substr(at, end - at);
  return name.substr(name.rfind(':') + 1);  // npos + 1 is 0
}

bool has_acting_element(std::string_view page) {
  const bool refreshes = page.find("refresh") != page.npos;
  for (std::size_t at = page.find('<'); at != page.npos; at = page.find('<', at + 1)) {
    const std::string_view name = element_at(page, at + 1);
    if (std::find(acting_elements.begin(), acting_elements.end(), name) != acting_elements.end()) {
      return true;
    }
    // A page that sends its reader on; not one that names its characters.
    if (refreshes && name == "meta") return true;
  }
  return false;
}

/// `onload=`, however it is parted from what stands before it.
bool has_event(std::string_view page) {
  for (std::size_t at = page.find("on"); at != page.npos; at = page.find("on", at + 1)) {
    if (at == 0 || !parts_attributes(page[at - 1])) continue;
    std::size_t end = at + 2;
    while (end < page.size() && is_letter(page[end])) ++end;
    if (end - at - 2 < event_letters_least) continue;
    while (end < page.size() && is_white(page[end])) ++end;
    if (end < page.size() && page[end] == '=') return true;
  }
  return false;
}

/// `word`, and behind it anything but white space or `harmless`.
bool has_other_than(std::string_view page, std::string_view word, std::string_view harmless) {
  for (std::size_t at = page.find(word); at != page.npos; at = page.find(word, at + 1)) {
    const std::string_view rest = page.substr(at + word.size());
    if (!rest.empty() && !is_white(rest[0]) && !rest.starts_with(harmless)) return true;
  }
  return false;
}

}  // namespace

bool acts(Bytes bytes) {
  const std::string page = ascii_lower(as_text(bytes));
  if (page.find('\0') != page.npos) return true;  // UTF-16, or no page at all
  // A picture within the page is only shown ("data:text/html,..." is not); Word's pages name the
  // behaviours of Internet Explorer itself.
  return has_acting_element(page) || has_event(page) || has_other_than(page, "data:", "image/") ||
         has_other_than(page, "behavior:url(", "#default#") ||
         std::any_of(acting_words.begin(), acting_words.end(),
                     [&](std::string_view word) { return page.find(word) != page.npos; });
}

}  // namespace antidotary::scan
