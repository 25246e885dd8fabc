// HTML as mail programs of the time showed it: its words, and the markup that starts programs.
//
// It is not an HTML parser: tags are skipped by their brackets, which is what a reader sees.
#include <algorithm>
#include <array>
#include <charconv>

#include "core/text.h"
#include "mail/letter.h"

namespace antidotary::mail {
namespace {

using namespace std::string_view_literals;

struct Entity {
  std::string_view name;
  char32_t code_point;
};
constexpr std::array entities = {
    Entity{"amp", '&'},   Entity{"lt", '<'},    Entity{"gt", '>'},
    Entity{"quot", '"'},  Entity{"apos", '\''}, Entity{"nbsp", ' '},
    Entity{"copy", 0xa9}, Entity{"reg", 0xae},  Entity{"trade", 0x2122}};
constexpr std::size_t entity_chars_max = 10;

// Decodes "&amp;" at `at` and moves past it; anything else is one literal ampersand.
void append_entity(std::string& out, std::string_view html, std::size_t& at) {
  const std::size_t end = html.substr(at, entity_chars_max + 2).find(';');
  const std::string_view name = end == std::string_view::npos ? ""sv : html.substr(at + 1, end - 1);
  if (name.starts_with('#') && name.size() > 1) {
    const bool hex = name[1] == 'x' || name[1] == 'X';
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t value = 0;
    const auto parsed =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    if (parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size()) {
      append_utf8(out, value == 0xa0 ? U' ' : static_cast<char32_t>(value));
      at += end + 1;
      return;
    }
  }
  for (const Entity& entity : entities) {
    if (!name.empty() && equal_ascii_ignoring_case(name, entity.name)) {
      append_utf8(out, entity.code_point);
      at += end + 1;
      return;
    }
  }
  out += '&';
  ++at;
}

bool starts_word(std::string_view html, std::size_t at, std::string_view word) {
  return equal_ascii_ignoring_case(html.substr(at, word.size()), word);
}

// Past the element whose text nobody reads, or `at` where none begins here. `lower` is the same
// text in lower case, so that the end is found in one go.
std::size_t past_hidden(std::string_view lower, std::size_t at) {
  if (lower.substr(at, 4) == "<!--") {
    const std::size_t end = lower.find("-->", at);
    return end == std::string_view::npos ? lower.size() : end + 3;
  }
  for (const std::string_view name : {"script"sv, "style"sv, "title"sv}) {
    if (lower.substr(at + 1, name.size()) != name) continue;
    const std::size_t end = lower.find("</" + std::string(name), at);
    return end == std::string_view::npos ? lower.size() : end;
  }
  return at;
}

// Tags inside a word do not part it; all others stand for a blank.
bool is_inline(std::string_view html, std::size_t at) {
  ++at;
  if (at < html.size() && html[at] == '/') ++at;
  for (const std::string_view name :
       {"b"sv, "i"sv, "u"sv, "font"sv, "span"sv, "a"sv, "strong"sv, "em"sv}) {
    const std::size_t end = at + name.size();
    if (starts_word(html, at, name) && end < html.size() &&
        (html[end] == '>' || html[end] == ' ')) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string text_of_html(std::string_view html) {
  html = html.substr(0, std::min(html.size(), html_bytes_max));
  const std::string lower = ascii_lower(html);
  std::string out;
  for (std::size_t at = 0; at < html.size() && out.size() < text_bytes_max;) {
    if (html[at] == '&') {
      append_entity(out, html, at);
    } else if (html[at] != '<') {
      out += html[at++];
    } else {
      if (!is_inline(html, at)) out += ' ';
      const std::size_t past = past_hidden(lower, at);
      const std::size_t end = html.find('>', past);
      const bool comment = past > at && lower[at + 1] == '!';
      at = comment ? past : end == std::string_view::npos ? html.size() : end + 1;
    }
  }
  return collapse_white_space(out);
}

bool has_local_codebase(std::string_view html) {
  // MS02-015: an OBJECT whose CODEBASE names a file starts it with the page's rights. A codebase
  // on the network is what the attribute is for.
  const std::string lower = ascii_lower(html.substr(0, std::min(html.size(), html_bytes_max)));
  for (std::size_t at = lower.find("codebase"); at != std::string::npos;
       at = lower.find("codebase", at + 1)) {
    std::string_view rest = std::string_view(lower).substr(at + 8);
    rest = trim(rest.substr(0, 300));
    if (!rest.starts_with('=')) continue;
    rest = trim(rest.substr(1));
    if (rest.starts_with('"') || rest.starts_with('\'')) rest = trim(rest.substr(1));
    const std::string_view value = rest.substr(0, rest.find_first_of("\"'> \r\n"));
    if (value.starts_with("http:") || value.starts_with("https:") || value.starts_with("ftp:")) {
      continue;
    }
    if (value.starts_with("file:") || value.starts_with("mhtml:") || value.starts_with("res:") ||
        (value.size() > 1 && value[1] == ':') || is_executable_name(value)) {
      return true;
    }
  }
  return false;
}

}  // namespace antidotary::mail
