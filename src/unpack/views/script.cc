#include "unpack/views/script.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "core/text.h"
#include "unpack/views/script_calls.h"
#include "unpack/views/script_tokens.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;
using Kind = ScriptToken::Kind;

constexpr std::array keywords = {
    "abstract"sv,   "boolean"sv, "break"sv,     "byte"sv,       "case"sv,         "catch"sv,
    "char"sv,       "class"sv,   "const"sv,     "continue"sv,   "debugger"sv,     "default"sv,
    "delete"sv,     "do"sv,      "double"sv,    "else"sv,       "enum"sv,         "export"sv,
    "extends"sv,    "false"sv,   "final"sv,     "finally"sv,    "float"sv,        "for"sv,
    "function"sv,   "goto"sv,    "if"sv,        "implements"sv, "import"sv,       "in"sv,
    "instanceof"sv, "int"sv,     "interface"sv, "long"sv,       "native"sv,       "new"sv,
    "null"sv,       "package"sv, "private"sv,   "protected"sv,  "public"sv,       "return"sv,
    "short"sv,      "static"sv,  "super"sv,     "switch"sv,     "synchronized"sv, "this"sv,
    "throw"sv,      "throws"sv,  "transient"sv, "true"sv,       "try"sv,          "typeof"sv,
    "var"sv,        "void"sv,    "volatile"sv,  "while"sv,      "with"sv};
static_assert(std::is_sorted(keywords.begin(), keywords.end()));

/// The numbers of declared names, scope by scope.
///
/// Two walks over the tokens: the first declares, the second looks names up, as a name counts
/// before its declaration as well. A name's stack holds its numbers in the scopes that are open.
class Names {
 public:
  explicit Names(const ScriptTokens& tokens) : tokens_(tokens) {
    scopes_.emplace_back();
    const auto& all = tokens.all();
    for (at_ = 0; at_ < all.size(); ++at_) declare(all[at_]);
  }

  /// What each token's name is, in order; none where it stands as it is.
  template <class Take>
  void each(Take&& take) {
    enter(0);
    std::size_t next = 1;
    std::size_t event = 0;
    std::vector<std::size_t> open = {0};
    const auto& all = tokens_.all();
    for (at_ = 0; at_ < all.size(); ++at_) {
      take(all[at_], number_of(all[at_]));
      for (; event < events_.size() && events_[event].at == at_; ++event) {
        if (events_[event].opens) {
          enter(next);
          open.push_back(next++);
        } else {
          leave(open.back());
          open.pop_back();
        }
      }
    }
  }

 private:
  struct Scope {
    std::map<std::string_view, unsigned> names;
    std::size_t depth = 0;     ///< Of braces, and of brackets in declarations.
    std::size_t brackets = 0;  ///< Those of them that are brackets.
    bool declaring = false;    ///< Behind `var`.
    bool next_declares = false;
    bool parameters = false;  ///< Between the brackets behind `function`.
    bool heading = false;     ///< Behind `function`, before its bracket.
    bool unnamed = false;     ///< Behind `function`, before its name.
  };
  struct Event {
    std::size_t at;
    bool opens;
  };

  bool behind_point() const {
    return at_ > 0 && tokens_.all()[at_ - 1].kind == Kind::sign &&
           tokens_.text(tokens_.all()[at_ - 1]) == ".";
  }
  bool is_name(const ScriptToken& token) const {
    return token.kind == Kind::word &&
           !std::binary_search(keywords.begin(), keywords.end(), tokens_.text(token)) &&
           !behind_point();
  }

  void declare(const ScriptToken& token) {
    Scope& scope = scopes_[open_.back()];
    const std::string_view text = tokens_.text(token);
    if (token.kind == Kind::sign) return sign(scope, text[0]);
    if (token.kind != Kind::word) return;
    if (text == "function") {
      open_.push_back(scopes_.size());
      events_.push_back({at_, true});
      Scope& inner = scopes_.emplace_back();
      inner.heading = inner.unnamed = true;
    } else if (text == "var") {
      scope.declaring = scope.next_declares = true;
    } else if (is_name(token) && (scope.next_declares || scope.unnamed || scope.parameters)) {
      scope.names[text] = count_++;
      scope.next_declares = scope.unnamed = false;
    }
  }

  void sign(Scope& scope, char sign) {
    switch (sign) {
      case '(':
        scope.parameters = scope.heading;
        scope.heading = scope.unnamed = false;
        break;
      case ')':
        scope.parameters = false;
        break;
      case '[':
        if (!scope.declaring) break;
        ++scope.brackets;
        ++scope.depth;
        break;
      case ']':
        if (scope.brackets == 0) break;
        --scope.brackets;
        --scope.depth;
        break;
      case '{':
        scope.heading = scope.unnamed = false;
        ++scope.depth;
        break;
      case '}':
        if (scope.depth > 1) {
          --scope.depth;
        } else {
          scope.depth = scope.brackets = 0;
          if (open_.size() == 1) break;
          open_.pop_back();
          events_.push_back({at_, false});
        }
        break;
      case ',':
        if (scope.depth == 0) scope.next_declares = scope.declaring;
        break;
      case ';':
        scope.heading = scope.unnamed = scope.next_declares = false;
        if (scope.depth == 0) scope.declaring = false;
        break;
      default:
        break;
    }
  }

  void enter(std::size_t scope) {
    for (const auto& [name, number] : scopes_[scope].names) numbers_[name].push_back(number);
  }
  void leave(std::size_t scope) {
    for (const auto& [name, number] : scopes_[scope].names) numbers_[name].pop_back();
  }
  std::optional<unsigned> number_of(const ScriptToken& token) const {
    if (!is_name(token)) return std::nullopt;
    const auto found = numbers_.find(tokens_.text(token));
    if (found == numbers_.end() || found->second.empty()) return std::nullopt;
    return found->second.back();
  }

  const ScriptTokens& tokens_;
  std::size_t at_ = 0;
  unsigned count_ = 0;
  std::vector<Scope> scopes_;
  std::vector<std::size_t> open_ = {0};
  std::vector<Event> events_;
  std::map<std::string_view, std::vector<unsigned>> numbers_;
};

/// What is written of one script, or of what stands behind it.
class Writing {
 public:
  explicit Writing(std::string& out) : out_(out) {}

  void token(std::string_view text, Kind kind, std::optional<unsigned> number) {
    const bool word = kind == Kind::word || kind == Kind::number;
    if (word && behind_word_) out_ += ' ';
    behind_word_ = word;
    if (kind == Kind::sign) {
      if (text == "(") ++brackets_;
      if (text == ")" && brackets_ > 0) --brackets_;
      out_ += text;
    } else if (word) {
      out_ += number ? fmt::format("n{:03}", *number) : ascii_lower(text);
    } else {
      string(text);
    }
  }
  void close_brackets() { out_.append(std::exchange(brackets_, 0), ')'); }

 private:
  void string(std::string_view text) {
    out_ += '"';
    for (const char one : ascii_lower(text)) {
      out_ += one >= '\t' && one <= '\r' ? ' ' : one;
    }
    out_ += '"';
  }

  std::string& out_;
  bool behind_word_ = false;
  std::size_t brackets_ = 0;
};

}  // namespace

Buffer script_view(const std::vector<std::string_view>& scripts) {
  constexpr std::string_view end = "</script>";
  std::string out;
  for (const std::string_view script : scripts) {
    if (!out.empty()) out += '\n';
    out += "<script>";
    const OpenedScript opened = open_calls(script);
    Writing writing(out);
    Names(opened.tokens).each([&](const ScriptToken& token, std::optional<unsigned> number) {
      writing.token(opened.tokens.text(token), token.kind, number);
    });
    for (const ScriptToken& token : opened.behind.all()) {
      writing.token(opened.behind.text(token), token.kind, std::nullopt);
    }
    writing.close_brackets();
    if (!std::string_view(out).ends_with(end)) out += end;
  }
  return to_buffer(as_bytes(out));
}

}  // namespace antidotary::unpack
