#include "unpack/views/script_calls.h"

#include <charconv>
#include <optional>
#include <utility>

#include "core/text.h"

namespace antidotary::unpack {
namespace {

using Kind = ScriptToken::Kind;

/// Evaluated text in evaluated text is opened so often.
constexpr std::size_t depth_max = 8;
/// What packed scripts may grow to, in bytes for each of the packed script.
constexpr std::size_t growth_max = 16;

bool is_word_char(char one) {
  return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z');
}

/// A number in a base of up to 62: digits, small letters, capitals.
std::optional<std::size_t> number_in(std::string_view text, std::size_t base) {
  std::size_t value = 0;
  for (const char one : text) {
    const std::size_t digit = one <= '9'   ? static_cast<std::size_t>(one - '0')
                              : one >= 'a' ? static_cast<std::size_t>(one - 'a') + 10
                                           : static_cast<std::size_t>(one - 'A') + 36;
    if (digit >= base || value > 1u << 24) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

class Opening {
 public:
  explicit Opening(OpenedScript& out) : out_(out) {}

  void run(std::string_view script, std::size_t depth) {
    ScriptTokens tokens;
    read_script(script, tokens);
    room_ = depth == 0 ? script.size() * growth_max + 4096 : room_;
    for (std::size_t at = 0; at < tokens.all().size();) at = one(tokens, at, depth);
  }

 private:
  static bool is(const ScriptTokens& tokens, std::size_t at, std::string_view text) {
    if (at >= tokens.all().size()) return false;
    const ScriptToken& token = tokens.all()[at];
    return (token.kind == Kind::word || token.kind == Kind::sign) && tokens.text(token) == text;
  }
  /// The string that is the first argument of a call of what stands at `at`.
  static std::optional<std::string_view> argument(const ScriptTokens& tokens, std::size_t at) {
    if (!is(tokens, at + 1, "(") || at + 2 >= tokens.all().size()) return std::nullopt;
    const ScriptToken& string = tokens.all()[at + 2];
    if (string.kind != Kind::string && string.kind != Kind::made) return std::nullopt;
    return tokens.text(string);
  }

  /// Takes what stands at `at`; gives back what comes next.
  std::size_t one(const ScriptTokens& tokens, std::size_t at, std::size_t depth) {
    const ScriptToken& token = tokens.all()[at];
    const std::string_view text = tokens.text(token);
    if (token.kind == Kind::word) {
      if (text == "function" && is(tokens, at + 1, "(")) {
        if (const auto end = packed(tokens, at, depth)) return *end;
      } else if (const auto string = argument(tokens, at)) {
        if (text == "unescape") {
          out_.tokens.add(Kind::made, unescaped(*string));
          return at + 4;
        }
        if (text == "dF") {
          shifted(*string);
          return at + 4;
        }
        if (text == "eval" && is(tokens, at + 3, ")") && depth < depth_max) {
          const std::size_t end = is(tokens, at + 4, ";") ? at + 5 : at + 4;
          evaluated(*string, depth);
          return pass(tokens, end);
        }
      }
    }
    out_.tokens.add(token.kind, text);
    return at + 1;
  }

  /// What follows an evaluated text is not looked at as a call.
  std::size_t pass(const ScriptTokens& tokens, std::size_t at) {
    if (at >= tokens.all().size()) return at;
    if (is(tokens, at, "eval")) return at;
    out_.tokens.add(tokens.all()[at].kind, tokens.text(tokens.all()[at]));
    return at + 1;
  }

  /// A name or number at the text's end goes on in the next evaluated one.
  void evaluated(std::string_view text, std::size_t depth) {
    const std::string whole = std::exchange(tail_, {}) + std::string(text);
    if (whole.size() > room_) return;
    room_ -= whole.size();
    ScriptTokens tokens;
    tail_ = read_script(whole, tokens);
    for (std::size_t at = 0; at < tokens.all().size();) at = one(tokens, at, depth + 1);
  }

  /// Each byte but the last is lowered by the last one's digit.
  void shifted(std::string_view string) {
    std::string text = unescaped(string);
    if (text.empty() || text.size() > room_) return;
    room_ -= text.size();
    const int by = text.back() - '0';
    text.pop_back();
    for (char& one : text) one = static_cast<char>(one - by);
    read_script(unescaped(text), out_.behind);
  }

  /// function(p,a,c,k...){...}('text',base,n,'a|b'.split('|')...): the text with its words back.
  std::optional<std::size_t> packed(const ScriptTokens& tokens, std::size_t at, std::size_t depth) {
    std::size_t next = at + 1;
    for (const std::string_view word : {"(", "p", ",", "a", ",", "c", ",", "k"}) {
      if (!is(tokens, next++, word)) return std::nullopt;
    }
    const std::size_t body = past_block(tokens, next);
    const auto& all = tokens.all();
    const auto kind_at = [&](std::size_t i) { return i < all.size() ? all[i].kind : Kind::sign; };
    const bool fits = is(tokens, body, "(") && kind_at(body + 1) == Kind::string &&
                      kind_at(body + 3) == Kind::number && kind_at(body + 7) == Kind::string &&
                      is(tokens, body + 9, "split");
    if (!fits || depth >= depth_max) return std::nullopt;
    for (std::size_t i = at; i <= body; ++i) out_.tokens.add(all[i].kind, tokens.text(all[i]));
    unpacked(tokens.text(all[body + 1]), tokens.text(all[body + 3]), tokens.text(all[body + 7]));
    return past_arguments(tokens, body + 1);
  }

  /// Behind the first block in braces from `at`.
  static std::size_t past_block(const ScriptTokens& tokens, std::size_t at) {
    std::size_t depth = 0;
    for (; at < tokens.all().size(); ++at) {
      if (is(tokens, at, "{")) ++depth;
      if (is(tokens, at, "}") && depth > 0 && --depth == 0) return at + 1;
    }
    return at;
  }
  /// At the bracket that ends the arguments which begin at `at`.
  static std::size_t past_arguments(const ScriptTokens& tokens, std::size_t at) {
    for (std::size_t depth = 0; at < tokens.all().size(); ++at) {
      if (is(tokens, at, "(")) ++depth;
      if (is(tokens, at, ")") && depth-- == 0) return at;
    }
    return at;
  }

  void unpacked(std::string_view text, std::string_view base_text, std::string_view list) {
    std::size_t base = 0;
    std::from_chars(base_text.data(), base_text.data() + base_text.size(), base);
    if (base < 2 || base > 62) return;
    const std::vector<std::string_view> words = split(list, '|');
    std::string out;
    for (std::size_t at = 0; at < text.size() && out.size() <= room_;) {
      std::size_t end = at;
      while (end < text.size() && is_word_char(text[end])) ++end;
      const std::string_view word = text.substr(at, end - at);
      const auto number = word.empty() ? std::nullopt : number_in(word, base);
      const bool known = number && *number < words.size() && !words[*number].empty();
      if (word.empty()) {
        out += text[at++];
      } else {
        out += known ? words[*number] : word;
        at = end;
      }
    }
    room_ -= std::min(room_, out.size());
    read_script(out, out_.tokens);
  }

  OpenedScript& out_;
  std::string tail_;
  std::size_t room_ = 0;
};

}  // namespace

OpenedScript open_calls(std::string_view script) {
  OpenedScript out;
  Opening(out).run(script, 0);
  return out;
}

}  // namespace antidotary::unpack
