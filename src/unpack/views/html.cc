#include "unpack/views/html.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/text.h"

namespace antidotary::unpack {
namespace {

constexpr std::size_t entity_bytes_max = 10;

bool is_blank(char one) { return one == ' ' || (one >= '\t' && one <= '\r'); }

char lower(char one) { return one >= 'A' && one <= 'Z' ? static_cast<char>(one + 32) : one; }

struct Named {
  std::string_view name;
  unsigned char byte;
};
// Those of Latin-1 that documents use; others stay as they are written.
constexpr std::array entities = {
    Named{"amp", '&'},     Named{"lt", '<'},      Named{"gt", '>'},      Named{"quot", '"'},
    Named{"nbsp", 0xa0},   Named{"copy", 0xa9},   Named{"reg", 0xae},    Named{"laquo", 0xab},
    Named{"raquo", 0xbb},  Named{"agrave", 0xe0}, Named{"aacute", 0xe1}, Named{"acirc", 0xe2},
    Named{"auml", 0xe4},   Named{"aring", 0xe5},  Named{"aelig", 0xe6},  Named{"ccedil", 0xe7},
    Named{"egrave", 0xe8}, Named{"eacute", 0xe9}, Named{"ecirc", 0xea},  Named{"euml", 0xeb},
    Named{"iacute", 0xed}, Named{"ntilde", 0xf1}, Named{"oacute", 0xf3}, Named{"ocirc", 0xf4},
    Named{"ouml", 0xf6},   Named{"oslash", 0xf8}, Named{"uacute", 0xfa}, Named{"uuml", 0xfc},
    Named{"szlig", 0xdf},  Named{"sect", 0xa7},   Named{"deg", 0xb0},    Named{"middot", 0xb7}};

/// A walk over markup with what both views share.
class Walk {
 public:
  explicit Walk(Bytes html) : text_(as_text(html)) { out_.reserve(text_.size()); }

 protected:
  bool at_end() const { return at_ >= text_.size(); }
  bool looks_at(std::string_view words) const {
    return text_.size() - at_ >= words.size() &&
           std::equal(words.begin(), words.end(), text_.begin() + static_cast<std::ptrdiff_t>(at_),
                      [](char word, char one) { return word == lower(one); });
  }
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }
  /// Behind the next `words`, or at the end.
  void skip_past(std::string_view words) {
    const std::size_t found = text_.find(words, at_);
    at_ = found == std::string_view::npos ? text_.size() : found + words.size();
  }
  /// Comments and declarations, which no view shows; false where neither stands here. Both end at
  /// the next '>', wherever that stands.
  bool skip_declaration() {
    if (!looks_at("<!")) return false;
    skip_past(">");
    return true;
  }
  void put(char one) { out_.push_back(static_cast<std::byte>(one)); }

  /// Where the entity that begins here ends: its ';', looked for no further than one may be long,
  /// as else a text of nothing but '&' would be read once for each.
  std::optional<std::size_t> entity_end() const {
    const std::size_t end = text_.substr(at_, entity_bytes_max + 1).find(';');
    return end == std::string_view::npos ? std::nullopt : std::optional(at_ + end);
  }

  /// The entity that begins here as a byte, behind which the walk then stands; nullopt where there
  /// is none, or none of one byte.
  std::optional<char> entity() {
    const auto end = entity_end();
    if (!end) return std::nullopt;
    const std::string_view name = text_.substr(at_ + 1, *end - at_ - 1);
    const auto byte = name.starts_with("#") ? numbered(name.substr(1)) : named(name);
    if (byte) at_ = *end + 1;
    return byte;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Buffer out_;

 private:
  static std::optional<char> named(std::string_view name) {
    for (const Named& one : entities) {
      if (one.name == name) return static_cast<char>(one.byte);
    }
    return std::nullopt;
  }
  static std::optional<char> numbered(std::string_view digits) {
    const bool hex = digits.starts_with("x") || digits.starts_with("X");
    if (hex) digits.remove_prefix(1);
    unsigned value = 0;
    for (const char one : digits) {
      const char low = lower(one);
      const bool letter = hex && low >= 'a' && low <= 'f';
      if (!letter && (one < '0' || one > '9')) return std::nullopt;
      value = value * (hex ? 16 : 10) + static_cast<unsigned>(letter ? low - 'a' + 10 : one - '0');
      if (value > 0xff) return std::nullopt;
    }
    return digits.empty() ? std::nullopt : std::optional(static_cast<char>(value));
  }
};

class WithoutComments final : public Walk {
 public:
  using Walk::Walk;

  Buffer run() && {
    bool behind_tag = true;  // blanks at the start count as behind one
    while (!at_end()) {
      const char one = text_[at_];
      if (skip_declaration()) {
        behind_tag = true;
      } else if (one == '<') {
        tag();
        behind_tag = true;
      } else if (is_blank(one)) {
        skip_blanks();
        if (!behind_tag) put(' ');
      } else {
        character();
        behind_tag = false;
      }
    }
    return std::move(out_);
  }

 private:
  void character() {
    if (text_[at_] == '&') {
      if (const auto byte = entity()) return put(lower(*byte));
    }
    put(lower(text_[at_++]));
  }

  void tag() {
    ++at_;
    put('<');
    skip_blanks();
    const std::size_t name = at_;
    bool gap = false;
    while (!at_end() && text_[at_] != '>') {
      const char one = text_[at_];
      if (is_blank(one)) {
        skip_blanks();
        gap = true;
        continue;
      }
      // None around '=' and before the end.
      const bool equals = one == '=';
      if (gap && !equals && out_.back() != std::byte{'='}) put(' ');
      gap = false;
      if ((one == '"' || one == '\'') && out_.back() == std::byte{'='}) {
        quoted(one);
      } else if (one == '&') {
        character();
      } else {
        put(lower(one));
        ++at_;
      }
    }
    if (at_end()) return;
    ++at_;
    put('>');
    const std::string_view word = text_.substr(name, 6);
    if (equal_ignoring_case(word, "script")) raw("</script");
    if (equal_ignoring_case(word.substr(0, 5), "style")) raw("</style");
  }

  void quoted(char quote) {
    ++at_;
    put('"');
    // What follows is data, not markup: only its kind is kept.
    const bool data = looks_at("data:");
    if (data) {
      for (const char one : std::string_view("data")) put(one);
    }
    while (!at_end() && text_[at_] != quote) {
      if (data) {
        ++at_;
      } else if (is_blank(text_[at_])) {
        skip_blanks();
        put(' ');
      } else {
        character();
      }
    }
    ++at_;
    put('"');
  }

  /// A script or style up to its end: no white space at all, one kind of quotes.
  void raw(std::string_view end) {
    while (!at_end() && !looks_at(end)) {
      const char one = text_[at_++];
      if (!is_blank(one)) put(one == '\'' ? '"' : lower(one));
    }
  }
};

class WithoutTags final : public Walk {
 public:
  using Walk::Walk;

  Buffer run() && {
    while (!at_end()) {
      const char one = text_[at_];
      if (skip_declaration()) {
        blank();
      } else if (one == '<') {
        tag();
        blank();
      } else if (is_blank(one)) {
        skip_blanks();
        blank();
      } else if (one == '&' && entity_skipped()) {
        blank();
      } else {
        put(lower(one));
        ++at_;
      }
    }
    blank();
    return std::move(out_);
  }

 private:
  void blank() {
    if (out_.empty() || out_.back() != std::byte{' '}) put(' ');
  }

  bool entity_skipped() {
    const auto end = entity_end();
    if (!end) return false;
    at_ = *end + 1;
    return true;
  }

  void tag() {
    const std::size_t begin = ++at_;
    char quote = '\0';
    while (!at_end() && (quote != '\0' || text_[at_] != '>')) {
      const char one = text_[at_++];
      if (quote == one) {
        quote = '\0';
      } else if (quote == '\0' && (one == '"' || one == '\'')) {
        quote = one;
      }
    }
    const std::string_view inside = text_.substr(begin, at_ - begin);
    if (!at_end()) ++at_;
    const std::string name = ascii_lower(inside.substr(0, 7));
    if (name.starts_with("a ") || name.starts_with("a\n")) address(inside, "href");
    if (name.starts_with("img")) address(inside, "src");
    if (name.starts_with("script")) skip_content("</script");
    if (name.starts_with("style")) skip_content("</style");
  }

  /// The value of an attribute as it is written, between blanks.
  void address(std::string_view tag, std::string_view attribute) {
    const std::string low = ascii_lower(tag);
    std::size_t at = low.find(attribute);
    if (at == std::string::npos) return;
    at = low.find_first_not_of(" \t\r\n", at + attribute.size());
    if (at == std::string::npos || low[at] != '=') return;
    at = low.find_first_not_of(" \t\r\n", at + 1);
    if (at == std::string::npos || low.compare(at + 1, 5, "data:") == 0) return;
    const bool quoted = low[at] == '"' || low[at] == '\'';
    const std::size_t begin = quoted ? at + 1 : at;
    const std::size_t end = quoted ? low.find(low[at], begin) : low.find_first_of(" \t\r\n", begin);
    blank();
    for (const char one : tag.substr(begin, end == std::string::npos ? end : end - begin)) put(one);
  }

  void skip_content(std::string_view end) {
    while (!at_end() && !looks_at(end)) ++at_;
  }
};

}  // namespace

Buffer html_without_comments(Bytes html) { return WithoutComments(html).run(); }

Buffer html_without_tags(Bytes html) { return WithoutTags(html).run(); }

}  // namespace antidotary::unpack
