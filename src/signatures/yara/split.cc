#include "signatures/yara/split.h"

#include <algorithm>

namespace antidotary::signatures::yara {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_word_start(c) || is_digit(c); }

struct Token {
  enum class Kind : std::uint8_t { end, word, string, regex, mark };
  Kind kind = Kind::end;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint32_t line = 1;       ///< Where it begins.
  std::uint32_t last_line = 1;  ///< Where it ends.
  bool bare = false;            ///< A word that is not $word, #word, @word, !word or .word.
};

/// The text as tokens; white space and comments lie between them.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    skip_between();
    Token token;
    token.begin = at_;
    token.line = line_;
    if (at_ < text_.size()) take(token);
    token.end = at_;
    token.last_line = line_;
    return token;
  }
  std::string_view of(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }
  std::string_view text() const { return text_; }

 private:
  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  void skip_between() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_space(c)) {
        line_ += c == '\n' ? 1 : 0;
        ++at_;
      } else if (c == '/' && at(at_ + 1) == '/') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '/' && at(at_ + 1) == '*') {
        const auto close = text_.find("*/", at_ + 2);
        if (close == std::string_view::npos) return;  // a token: it hides what is behind it
        move_to(close + 2);
      } else {
        return;
      }
    }
  }

  void move_to(std::size_t end) {
    line_ += static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<long>(at_),
                                                   text_.begin() + static_cast<long>(end), '\n'));
    at_ = end;
  }

  void take(Token& token) {
    const char c = text_[at_];
    if (text_.substr(at_).starts_with(comment_open)) {
      token.kind = Token::Kind::mark;
      move_to(text_.size());
    } else if (is_word(c)) {
      const char before = at_ == 0 ? '\0' : text_[at_ - 1];
      token.kind = Token::Kind::word;
      token.bare = before != '$' && before != '#' && before != '@' && before != '!' &&
                   before != '.' && is_word_start(c);
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    } else if (c == '"' || c == '/') {
      // In YARA a slash that begins no comment begins a regular expression; division is `\`.
      token.kind = c == '"' ? Token::Kind::string : Token::Kind::regex;
      take_quoted(c);
    } else {
      token.kind = Token::Kind::mark;
      ++at_;
    }
  }

  // To the closing quote; what is not closed ends with its line. Brackets do not shield a slash.
  void take_quoted(char quote) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '\n') {
      const char c = text_[at_];
      if (c == '\\' && at(at_ + 1) != '\n') {
        at_ = std::min(at_ + 2, text_.size());
        continue;
      }
      ++at_;
      if (c == quote) return;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
};

constexpr int modifiers_max = 4;

class Splitter {
 public:
  explicit Splitter(std::string_view text) : lexer_(text) { token_ = lexer_.next(); }

  std::vector<Part> run() {
    while (token_.kind != Token::Kind::end) {
      if (is("import") || is("include")) {
        take_directive(is("import") ? Part::Kind::import : Part::Kind::include);
      } else if (begins_rule()) {
        take_rule();
      } else {
        take_stray();
      }
    }
    return std::move(parts_);
  }

 private:
  bool is(std::string_view word) const {
    return token_.kind == Token::Kind::word && token_.bare && lexer_.of(token_) == word;
  }
  bool is_mark(char c) const {
    return token_.kind == Token::Kind::mark && lexer_.of(token_).front() == c;
  }
  void advance() { token_ = lexer_.next(); }

  // `rule`, with or without `private` and `global` before it. Looks ahead by a copy, and not far:
  // a text of these words alone must not cost its square.
  bool begins_rule() {
    const Lexer lexer = lexer_;
    const Token token = token_;
    for (int i = 0; i < modifiers_max && (is("private") || is("global")); ++i) advance();
    const bool yes = is("rule");
    lexer_ = lexer;
    token_ = token;
    return yes;
  }

  Part& open(Part::Kind kind) {
    Part part;
    part.kind = kind;
    part.begin = token_.begin;
    part.first_line = token_.line;
    parts_.push_back(std::move(part));
    return parts_.back();
  }
  // Takes the present token into the part.
  void take(Part& part) {
    part.end = token_.end;
    part.last_line = token_.last_line;
    advance();
  }

  void take_directive(Part::Kind kind) {
    Part& part = open(kind);
    take(part);
    if (token_.kind != Token::Kind::string) {
      part.kind = Part::Kind::stray;
      return;
    }
    std::string_view quoted = lexer_.of(token_);
    quoted.remove_prefix(1);
    if (!quoted.empty() && quoted.back() == '"') quoted.remove_suffix(1);
    part.name = std::string(quoted);
    take(part);
  }

  // Where one part is unfinished, the next one begins all the same.
  bool begins_part() {
    if (token_.kind != Token::Kind::word || !token_.bare) return false;
    return is("rule") || is("import") || is("include") ||
           ((is("private") || is("global")) && begins_rule());
  }

  void take_rule() {
    Part& part = open(Part::Kind::rule);
    while (!is("rule")) {
      part.is_global = part.is_global || is("global");
      take(part);
    }
    take(part);
    if (token_.kind == Token::Kind::word && !begins_part()) {
      part.name = std::string(lexer_.of(token_));
      take(part);
    }
    std::size_t depth = 0;
    while (token_.kind != Token::Kind::end && !begins_part()) {
      const bool closes = is_mark('}') && depth <= 1;
      if (is_mark('{')) ++depth;
      if (is_mark('}') && depth > 0) --depth;
      take(part);
      if (closes) return;
    }
  }

  void take_stray() {
    Part& part = open(Part::Kind::stray);
    do {
      take(part);
    } while (token_.kind != Token::Kind::end && !begins_part());
  }

  Lexer lexer_;
  Token token_;
  std::vector<Part> parts_;
};

void sort_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

std::vector<Part> split(std::string_view text) { return Splitter(text).run(); }

Mentions mentions(std::string_view rule) {
  Mentions out;
  Lexer lexer(rule);
  Token before;
  Token token = lexer.next();
  while (token.kind != Token::Kind::end) {
    const Token after = lexer.next();
    if (token.kind == Token::Kind::word && token.bare) {
      out.names.emplace_back(lexer.of(token));
    } else if (lexer.of(token) == "*" && before.kind == Token::Kind::word && before.bare &&
               before.end == token.begin && after.kind == Token::Kind::mark &&
               (lexer.of(after) == ")" || lexer.of(after) == ",")) {
      out.prefixes.emplace_back(lexer.of(before));
    }
    before = token;
    token = after;
  }
  sort_unique(out.names);
  sort_unique(out.prefixes);
  return out;
}

void blank(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < std::min(end, text.size()); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

}  // namespace antidotary::signatures::yara
