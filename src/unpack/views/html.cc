#include "unpack/views/html.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/text.h"
#include "unpack/views/entities.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;

bool is_blank(char one) { return one == ' ' || (one >= '\t' && one <= '\r'); }
/// White space that parts values: neither VT nor FF does.
bool parts_values(char one) { return one == ' ' || one == '\t' || one == '\n' || one == '\r'; }
bool is_high(char one) { return static_cast<unsigned char>(one) >= 0x80; }
bool is_control(char one) { return static_cast<unsigned char>(one) < 0x20; }
bool is_quote(char one) { return one == '"' || one == '\''; }
char lower(char one) { return one >= 'A' && one <= 'Z' ? static_cast<char>(one + 32) : one; }

/// Full stops of other scripts, in UTF-8 and Big5, are shown as one: hosts are parted by them.
bool is_full_stop(std::string_view bytes) {
  constexpr std::array stops = {"\xe3\x80\x82"sv,
                                "\xef\xb9\x92"sv,
                                "\xef\xbc\x8e"sv,
                                "\xa1"
                                "C"sv,
                                "\xa1"
                                "D"sv,
                                "\xa1"
                                "O"sv};
  return std::find(stops.begin(), stops.end(), bytes) != stops.end();
}

/// The two views while they are written.
struct Sheets {
  Buffer nocomment;
  Buffer notags;

  static void add(Buffer& to, char one) { to.push_back(static_cast<std::byte>(one)); }
  void markup(char one) { add(nocomment, one); }
  void markup(std::string_view text) {
    for (const char one : text) markup(one);
  }
  void word(char one) {
    parted = false;
    add(notags, one);
  }
  /// Of bytes from 0x80: whether a blank stood before them still counts behind them.
  void high_word(char one) { add(notags, one); }
  void part_words() {
    if (!std::exchange(parted, true)) add(notags, ' ');
  }
  bool parted = false;  ///< The last word is followed by its blank.
};

/// A value of an attribute: shown in nocomment as it is read, kept where it is an address.
///
/// Bytes from 0x80 are held back until three are there, or another letter follows; what is still
/// held at the value's end is lost.
class Value {
 public:
  Value(Sheets& sheets, bool kept) : sheets_(sheets), kept_(kept) {}

  void letter(char one) {
    if (is_high(one)) {
      if (held_.size() == 3) release();
      held_ += one;
      return;
    }
    if (held_.size() == 1 && is_full_stop(held_ + one)) {
      held_.clear();
      return show('.', '.');
    }
    release();
    show(lower(one), one);
  }
  /// What is shown before anything that is held back.
  void at_once(char one) { show(one, one); }
  /// In an address a number is one byte of Latin-1, whatever its rest says.
  void entity(const Entity& entity) {
    sheets_.markup(entity.shown);
    if (!kept_) return;
    if (!entity.number) {
      address_ += entity.shown;
    } else if (entity.closed) {
      address_ += static_cast<char>(*entity.number & 0xff);
    }
  }
  /// It ends before its first NUL. Of one that is cut there, or whose quote is not closed, the last
  /// letter is taken for that quote.
  std::string take_address(bool closed) && {
    const std::size_t nul = address_.find('\0');
    closed = closed && nul == std::string::npos;
    address_.resize(std::min(address_.size(), nul));
    if (!closed && !address_.empty()) address_.pop_back();
    return std::move(address_);
  }

 private:
  void show(char as_markup, char as_address) {
    sheets_.markup(as_markup);
    if (kept_) address_ += parts_values(as_address) ? ' ' : as_address;
  }
  void release() {
    if (is_full_stop(held_)) held_ = ".";
    for (const char one : std::exchange(held_, {})) show(one, one);
  }

  Sheets& sheets_;
  bool kept_;
  std::string held_;
  std::string address_;
};

class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {
    sheets_.nocomment.reserve(text.size());
    sheets_.notags.reserve(text.size());
  }

  HtmlViews run() && {
    while (!at_end()) {
      show_address();
      const char one = text_[at_];
      if (one == '<') {
        markup();
      } else if (is_blank(one)) {
        blanks_ = blanks_ || !behind_tag_;
        ++at_;
        sheets_.part_words();
      } else {
        character(true);
        behind_tag_ = false;
      }
    }
    HtmlViews out;
    out.nocomment = std::move(sheets_.nocomment);
    out.notags = std::move(sheets_.notags);
    out.scripts = std::move(scripts_);
    return out;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  std::string_view rest() const { return text_.substr(at_); }
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }
  void put_blanks() {
    if (std::exchange(blanks_, false)) sheets_.markup(' ');
  }

  /// A link's address is shown where something follows its tag.
  void show_address() {
    if (address_.empty()) return;
    for (const char one : std::exchange(address_, {})) sheets_.word(one);
    sheets_.part_words();
  }

  /// What is no blank and no tag. In scripts and styles only bytes from 0x80 are words.
  void character(bool words) {
    const char one = text_[at_];
    put_blanks();
    if (one == '&') {
      const Entity entity = read_entity(rest());
      at_ += entity.size;
      sheets_.markup(entity.shown);
      if (words) sheets_.part_words();
    } else if (is_high(one)) {
      high();
    } else {
      ++at_;
      sheets_.markup(words || one != '\'' ? lower(one) : '"');
      if (!words) return;
      if (is_control(one)) return sheets_.part_words();
      sheets_.word(lower(one));
    }
  }

  /// Up to three bytes from 0x80, as clamscan takes them for one letter.
  void high() {
    std::size_t size = 1;
    while (size < 3 && size < rest().size() && is_high(rest()[size])) ++size;
    const std::string_view bytes = rest().substr(0, size);
    at_ += size;
    if (at_end()) return;  // what nothing follows is lost
    if (size == 1 && is_full_stop(text_.substr(at_ - 1, 2))) {
      ++at_;
      show_both('.');
      return show_both('\0');
    }
    if (is_full_stop(bytes)) return show_both('.');
    sheets_.markup(bytes);
    // Of three the second stands for the third, of two the first for the second.
    sheets_.high_word(size == 1 ? '\0' : bytes[0]);
    if (size == 2) sheets_.high_word(bytes[0]);
    for (std::size_t i = 1; i < size && size == 3; ++i) sheets_.high_word(bytes[1]);
  }
  void show_both(char one) {
    sheets_.markup(one);
    sheets_.high_word(one);
  }

  void markup() {
    sheets_.part_words();
    put_blanks();
    ++at_;
    skip_blanks();
    if (!at_end() && text_[at_] == '!') {
      const std::size_t end = text_.find('>', at_);
      at_ = end == std::string_view::npos ? text_.size() : end + 1;
      behind_tag_ = true;
      return;
    }
    sheets_.markup('<');
    const std::size_t begin = at_;
    while (!at_end() && !is_blank(text_[at_]) && text_[at_] != '>') {
      sheets_.markup(lower(text_[at_++]));
    }
    const std::string_view name = text_.substr(begin, at_ - begin);
    const bool script = equal_ascii_ignoring_case(name, "script");
    attributes(equal_ascii_ignoring_case(name, "a")     ? "href"
               : equal_ascii_ignoring_case(name, "img") ? "src"
                                                        : "");
    behind_tag_ = true;
    if (script) {
      const std::size_t from = at_;
      raw("/script"sv, ""sv);
      scripts_.push_back(text_.substr(from, at_ - from));
    } else if (equal_ascii_ignoring_case(name, "style")) {
      raw("/style"sv, "/script"sv);
    }
  }

  /// Up to the tag's end. `wanted`: the attribute that holds an address, or empty.
  void attributes(std::string_view wanted) {
    bool gap = false;
    attribute_.clear();
    while (!at_end()) {
      const char one = text_[at_];
      if (one == '>') {
        ++at_;
        return sheets_.markup('>');
      }
      if (is_blank(one)) {
        gap = true;
        skip_blanks();
      } else if (one == '=') {
        const bool kept =
            address_.empty() && !wanted.empty() && equal_ascii_ignoring_case(attribute_, wanted);
        ++at_;
        sheets_.markup('=');
        skip_blanks();
        gap = value(kept);
        attribute_.clear();
      } else {
        if (gap) attribute_.clear();
        if (gap) sheets_.markup(' ');
        gap = false;
        sheets_.markup(lower(one));
        if (attribute_.size() < 8) attribute_ += one;
        ++at_;
      }
    }
  }

  /// True where a blank is to part what follows from it.
  bool value(bool kept) {
    const char quote = !at_end() && is_quote(text_[at_]) ? text_[at_] : '\0';
    if (quote != '\0') {
      sheets_.markup('"');
      ++at_;
    }
    if (rest().starts_with("data:")) return data(quote);
    Value value(sheets_, kept);
    const bool closed = value_text(value, quote);
    if (kept) address_ = std::move(value).take_address(closed || quote == '\0');
    return closed;
  }

  /// A quoted value is one up to its first blank or '>'; behind that it goes on as if it had no
  /// quotes. True where it ended with its quote.
  bool value_text(Value& value, char quote) {
    bool quoted = quote != '\0';
    if (quoted && !at_end() && parts_values(text_[at_])) {
      blank_in_value(value);
      skip_blanks();
      quoted = false;
    }
    while (!at_end()) {
      const char one = text_[at_];
      if (!quoted && (one == '>' || parts_values(one))) return false;
      if (parts_values(one)) {
        blank_in_value(value);
        skip_blanks();
        quoted = false;
      } else if (is_quote(one)) {
        ++at_;
        if (quoted && one == quote) {
          sheets_.markup('"');
          return true;
        }
        value.at_once('"');
      } else if (one == '&') {
        const Entity entity = read_entity(rest());
        at_ += entity.size;
        value.entity(entity);
      } else {
        value.letter(one);
        ++at_;
        if (one == '>') skip_blanks();
        quoted = quoted && one != '>';
      }
    }
    return false;
  }

  /// One blank as it is written, but for a line's end.
  void blank_in_value(Value& value) {
    const bool line = text_[at_] == '\n' || text_[at_] == '\r';
    if (rest().starts_with("\r\n")) ++at_;
    value.at_once(line ? ' ' : text_[at_]);
    ++at_;
  }

  /// A value that is a file of its own: only its kind is shown.
  bool data(char quote) {
    sheets_.markup("data"sv);
    bool comma = false;
    while (!at_end()) {
      const char one = text_[at_];
      if (parts_values(one) || (quote == '\0' && one == '>') || (quote != '\0' && one == quote)) {
        break;
      }
      comma = comma || one == ',';
      ++at_;
    }
    if (quote != '\0') {
      sheets_.markup('"');
      if (!at_end() && text_[at_] == quote) ++at_;
    }
    if (comma) skip_blanks();
    return quote != '\0' && !comma;
  }

  /// A script or style up to its end: no white space at all, one kind of quotes.
  void raw(std::string_view end, std::string_view other_end) {
    while (!at_end()) {
      const char one = text_[at_];
      if (is_blank(one)) {
        ++at_;
      } else if (one != '<') {
        character(false);
      } else if (raw_tag(end, other_end)) {
        return;
      }
    }
  }

  /// What begins with '<' in a script; true where it is the script's end.
  bool raw_tag(std::string_view end, std::string_view other_end) {
    sheets_.markup('<');
    ++at_;
    skip_blanks();
    if (rest().starts_with('!')) {
      for (; !at_end() && text_[at_] != '>'; ++at_) {
        const char one = text_[at_];
        if (!is_blank(one)) sheets_.markup(one == '\'' ? '"' : lower(one));
      }
      return false;
    }
    for (const std::string_view name : {end, other_end}) {
      if (name.empty() || !equal_ascii_ignoring_case(rest().substr(0, name.size()), name)) continue;
      const std::string_view behind = rest().substr(name.size(), 1);
      if (behind.empty() || (behind[0] != '>' && !is_blank(behind[0]))) continue;
      sheets_.markup(name);
      if (behind[0] == '>') sheets_.markup('>');
      at_ += name.size() + 1;
      return true;
    }
    // What follows the bracket is shown as it is, and begins nothing.
    if (at_end()) return false;
    const bool closing = text_[at_] == '/';
    sheets_.markup(lower(text_[at_++]));
    for (; closing && !at_end() && text_[at_] != '<' && text_[at_] != '>'; ++at_) {
      if (!is_blank(text_[at_])) sheets_.markup(lower(text_[at_]));
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Sheets sheets_;
  std::vector<std::string_view> scripts_;
  std::string attribute_;   ///< The name of the attribute being read: its first bytes.
  std::string address_;     ///< Of the last tag, still to be shown.
  bool blanks_ = false;     ///< White space that is not shown yet.
  bool behind_tag_ = true;  ///< White space at the start counts as behind a tag.
};

/// clamscan reads HTML in pieces of 8,191 bytes. One that would end inside a word goes back behind
/// its last white space; where one ends before white space by itself, that blank is lost.
constexpr std::size_t piece_bytes = 8191;

void drop_blanks_between_pieces(Buffer& text) {
  const std::string_view read = as_text(text);
  std::vector<std::size_t> lost;
  for (std::size_t begin = 0; read.size() - begin > piece_bytes;) {
    std::size_t size = piece_bytes;
    if (is_blank(read[begin + size])) {
      lost.push_back(begin + size);
    } else {
      while (size > 0 && !is_blank(read[begin + size - 1])) --size;
      if (size == 0) size = piece_bytes;
    }
    begin += size;
  }
  if (lost.empty()) return;
  std::size_t to = lost.front();
  std::size_t next = 0;
  for (std::size_t from = to; from < text.size(); ++from) {
    if (next < lost.size() && lost[next] == from) {
      ++next;
    } else {
      text[to++] = text[from];
    }
  }
  text.resize(to);
}

}  // namespace

HtmlViews html_views(Bytes html) {
  Buffer text;
  text.reserve(html.size());
  std::copy_if(html.begin(), html.end(), std::back_inserter(text),
               [](std::byte one) { return one != std::byte{0}; });
  drop_blanks_between_pieces(text);
  HtmlViews out = Walk(as_text(text)).run();
  out.text = std::move(text);
  return out;
}

}  // namespace antidotary::unpack
