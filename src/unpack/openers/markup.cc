// HTML, SVG and XML: the bytes that markup carries: data: addresses, encoded scripts, and elements
// whose text is base64 (flat OPC, Word 2003, HWPML, XDP). Relationships that lead outside are told.
// What a reader of mail runs of what looks like a comment, or of a picture, is brought out: HTML's
// conditional comments and the scripts of SVG.
//
// What rules see of markup itself is views/.
//
// Specs: RFC 2397; ECMA-376 part 2, 9.3 (relationships).
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/digest.h"
#include "core/text.h"
#include "unpack/codecs/inflate.h"
#include "unpack/codecs/text_codes.h"
#include "unpack/documents/derived.h"
#include "unpack/documents/references.h"
#include "unpack/documents/svg_scripts.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

// Shorter runs of digits are numbers and words.
constexpr std::size_t base64_chars_min = 64;
// Between "data:" and its comma.
constexpr std::size_t data_head_max = 256;
constexpr std::size_t condition_bytes_max = 1024;

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '=';
}
bool is_white(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

class Markup {
 public:
  Markup(Bytes bytes, Budget& budget, const Visitor& visitor)
      : text_(as_text(bytes)), budget_(budget), visitor_(visitor) {}

  Status run(Format format) {
    ANTIDOTARY_CHECK(budget_.step(text_.size() / 16 + 1));
    ANTIDOTARY_CHECK(data_addresses(text_));
    // A reader undoes references before it follows an address.
    const std::string plain =
        text_.find('&') == text_.npos ? std::string() : without_references(text_);
    ANTIDOTARY_CHECK(data_addresses(plain));
    ANTIDOTARY_CHECK(scripts());
    if (format == Format::html) return conditional_comments();
    if (format == Format::svg) return svg();
    ANTIDOTARY_CHECK(elements());
    return relationships();
  }

 private:
  Status hand_out_decoded(const std::string& name, const Buffer& bytes) {
    if (bytes.empty()) return {};
    Brought brought;
    bring(brought, bytes, budget_);
    ANTIDOTARY_CHECK(hand_out_derived(name, brought, budget_, visitor_));
    return derive_active_mime(name, bytes);
  }

  // Office's own wrapping: a head that says where a packed compound file begins.
  Status derive_active_mime(const std::string& name, Bytes bytes) {
    constexpr std::size_t usual_place = 0x32;
    if (!as_text(bytes).starts_with("ActiveMime") || bytes.size() <= usual_place) return {};
    const Brought inflated = inflate(bytes.subspan(usual_place), Wrapping::zlib, budget_).brought;
    return hand_out_derived(name + ".inflated", inflated, budget_, visitor_);
  }

  Status data_addresses(std::string_view text) {
    ANTIDOTARY_CHECK(budget_.step(text.size() / 16 + 1));
    std::size_t at = 0;
    while ((at = text.find(':', at)) != std::string_view::npos) {
      const std::size_t colon = at++;
      if (colon < 4 || !equal_ascii_ignoring_case(text.substr(colon - 4, 4), "data")) continue;
      const std::string_view head = text.substr(colon + 1, data_head_max);
      const std::size_t comma = head.find_first_of(",\"'<>()");
      if (comma == std::string_view::npos || head[comma] != ',') continue;
      const std::string kind = ascii_lower(head.substr(0, comma));
      const std::string_view body = data_body(text, colon + 1 + comma + 1);
      ANTIDOTARY_CHECK(budget_.step(body.size() + 1));
      at = colon + 1 + comma + body.size();
      const bool base64 = kind.find("base64") != std::string::npos;
      // Without a type in front it is a word in a text.
      if (!base64 && kind.find('/') == std::string::npos) continue;
      const Buffer decoded = from_percent(body);
      Buffer bytes = base64 ? from_base64(as_text(decoded)) : decoded;
      if (!seen_.insert(sha256_hex(bytes)).second) continue;
      ANTIDOTARY_CHECK(hand_out_decoded(fmt::format("data {}", ++count_), bytes));
    }
    return {};
  }

  // Up to the quote that closes it; white space within is allowed.
  static std::string_view data_body(std::string_view text, std::size_t begin) {
    const std::string_view rest = text.substr(std::min(begin, text.size()));
    return rest.substr(0, rest.find_first_of("\"'<>)"));
  }

  Status scripts() {
    std::size_t at = 0;
    while (const auto one = next_encoded_script(text_, at)) {
      ANTIDOTARY_CHECK(budget_.step(one->end - at + 1));
      at = one->end;
      ANTIDOTARY_CHECK(hand_out_decoded(fmt::format("script {}", ++count_), one->bytes));
    }
    return {};
  }

  // "<!--[if gte mso 9]>...<![endif]-->": markup to Internet Explorer, Outlook and Word, nothing to
  // others and to the views of rules.
  Status conditional_comments() {
    constexpr std::string_view begin = "<!--[", end = "<![endif]";
    std::size_t at = 0;
    while ((at = text_.find(begin, at)) != std::string_view::npos) {
      at += begin.size();
      ANTIDOTARY_CHECK(budget_.step(condition_bytes_max / 16));
      if (!equal_ascii_ignoring_case(text_.substr(at, 2), "if")) continue;
      const std::size_t first = behind_condition(at);
      if (text_.substr(first, begin.size()) == begin) continue;
      at = std::min(text_.find(end, first), text_.size());
      const std::string_view body = text_.substr(first, at - first);
      if (body.find_first_not_of(" \t\r\n") == body.npos) continue;
      ANTIDOTARY_CHECK(hand_out_decoded(fmt::format("conditional comment {}", ++count_),
                                        to_buffer(as_bytes(body))));
    }
    return {};
  }

  // Where no condition ends soon, all that follows it from the first tag on.
  std::size_t behind_condition(std::size_t at) const {
    const std::size_t end = text_.substr(at, condition_bytes_max).find("]>");
    return end == text_.npos ? std::min(text_.find('<', at), text_.size()) : at + end + 2;
  }

  Status svg() {
    const SvgScripts scripts = ANTIDOTARY_TRY(svg_scripts(text_, budget_));
    for (const std::string& script : scripts.elements) {
      ANTIDOTARY_CHECK(
          hand_out_decoded(fmt::format("script {}", ++count_), to_buffer(as_bytes(script))));
    }
    return hand_out_decoded("events.js", to_buffer(as_bytes(scripts.events)));
  }

  Status elements() {
    std::size_t at = 0;
    while ((at = text_.find('>', at)) != std::string_view::npos) {
      const std::size_t begin = ++at;
      std::size_t digits = 0;
      bool after_line = true;
      for (; at < text_.size(); ++at) {
        const char c = text_[at];
        // Lines may be indented; words with blanks between them are a text.
        if (is_base64(c)) {
          ++digits;
          after_line = false;
        } else if (!is_white(c) || (c == ' ' && !after_line && text_[at - 1] != ' ')) {
          break;
        } else if (c == '\n' || c == '\r') {
          after_line = true;
        }
      }
      ANTIDOTARY_CHECK(budget_.step((at - begin) / 4 + 1));
      if (digits < base64_chars_min) continue;
      if (at < text_.size() && text_[at] != '<') continue;
      const std::string name = fmt::format("binary {}", ++count_);
      const Buffer bytes = from_base64(text_.substr(begin, at - begin));
      ANTIDOTARY_CHECK(hand_out_decoded(name, bytes));
      ANTIDOTARY_CHECK(derive_packed(begin, name, bytes));
    }
    return {};
  }

  // HWPML says in the element's head that its bytes are deflated.
  Status derive_packed(std::size_t begin, const std::string& name, Bytes bytes) {
    const std::size_t open = text_.rfind('<', begin - 1);
    if (open == std::string_view::npos || begin - open > 512) return {};
    if (text_.substr(open, begin - open).find("Compress=\"true\"") == text_.npos) return {};
    const Brought inflated = inflate(bytes, Wrapping::none, budget_).brought;
    return hand_out_derived(name + ".inflated", inflated, budget_, visitor_);
  }

  Status relationships() {
    if (text_.substr(0, 4096).find("<Relationships") == std::string_view::npos) return {};
    std::string targets;
    std::size_t at = 0;
    while ((at = text_.find("<Relationship ", at)) != std::string_view::npos) {
      const std::string_view element = text_.substr(at, text_.find('>', at) - at);
      at += element.size();
      if (element.find("TargetMode=\"External\"") == std::string_view::npos) continue;
      const std::string_view target = attribute(element, "Target=\"");
      const std::string_view type = attribute(element, "Type=\"");
      // Links that wait for a click are in every letter; these are loaded when it is opened.
      if (!type.ends_with("/hyperlink")) visitor_.tell_odd("external_relationship", text(target));
      targets += text(target) + "\n";
    }
    if (targets.empty()) return {};
    Brought brought;
    bring(brought, as_bytes(targets), budget_);
    return hand_out_derived("targets.txt", brought, budget_, visitor_);
  }

  static std::string text(std::string_view raw) {
    return is_utf8(raw) ? std::string(raw) : utf8_from_latin1(raw);
  }
  static std::string_view attribute(std::string_view element, std::string_view head) {
    const std::size_t begin = element.find(head);
    if (begin == std::string_view::npos) return {};
    const std::string_view value = element.substr(begin + head.size());
    return value.substr(0, value.find('"'));
  }

  std::string_view text_;
  Budget& budget_;
  const Visitor& visitor_;
  std::set<std::string> seen_;  ///< What addresses held: it is handed out once.
  unsigned count_ = 0;
};

void open_markup(Format format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const Status status = Markup(bytes, budget, visitor).run(format);
  if (!status) visitor.missed({"", status.error()});
}

}  // namespace

std::span<const Opener> markup_openers() {
  static constexpr std::array rows = {
      Opener{Format::html, &open_markup}, Opener{Format::svg, &open_markup},
      Opener{Format::xml, &open_markup}, Opener{Format::xdp, &open_markup}};
  return rows;
}

}  // namespace antidotary::unpack
