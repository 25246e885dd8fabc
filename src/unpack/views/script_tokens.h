// Tokens of scripts, as clamscan's view of them has it.
//
// It is no lexer of JavaScript: regular expressions are none, `//` ends at the next white space,
// numbers lose their form. What was measured stands in docs/formats/clamav-views.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace antidotary::unpack {

struct ScriptToken {
  /// `made`: a string that stands for a call; it is joined with no other.
  enum class Kind : std::uint8_t { word, number, string, made, sign };
  Kind kind = Kind::sign;
  std::uint32_t begin = 0;  ///< In the arena of its script.
  std::uint32_t size = 0;
};

/// Tokens and the bytes that they are of. Scripts are bounded (views.h), so 32 bits reach.
class ScriptTokens {
 public:
  using Kind = ScriptToken::Kind;

  std::string_view text(const ScriptToken& token) const {
    return std::string_view(arena_).substr(token.begin, token.size);
  }
  void add(Kind kind, std::string_view text);
  /// Adds to what the last token says.
  void extend(std::string_view text);
  /// A token of this arena.
  void add(const ScriptToken& token) { all_.push_back(token); }
  std::vector<ScriptToken>& all() { return all_; }
  const std::vector<ScriptToken>& all() const { return all_; }

 private:
  std::string arena_;
  std::vector<ScriptToken> all_;
};

/// Adds the tokens of `script` to `out`. Gives back the name or number that runs into the end of
/// the script, which is no token; empty where there is none.
std::string read_script(std::string_view script, ScriptTokens& out);

/// What `%41` and `%u0041` stand for, where all their digits are right.
std::string unescaped(std::string_view text);

}  // namespace antidotary::unpack
