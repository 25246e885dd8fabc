// Split: a text of YARA rules cut into its parts, so that one bad rule can be taken out and the
// others stay. It finds where parts begin and end and which names they mention; whether they are
// right is libyara's to say.
//
// It understands what may hide a brace or a keyword: strings, regular expressions, hex strings,
// comments. After something unfinished it goes on at the next `rule`, `import` or `include`, all
// three reserved words. Linear in the text; no recursion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace antidotary::signatures::yara {

inline constexpr std::string_view comment_open = "/*";

struct Part {
  enum class Kind : std::uint8_t {
    rule,
    import,   ///< `name`: the module.
    include,  ///< `name`: the file, as written.
    stray,    ///< Anything else but white space and comments; a comment that is never closed.
  };
  Kind kind = Kind::stray;
  std::string name;       ///< Of a rule: its identifier; empty where it has none.
  std::size_t begin = 0;  ///< Bytes from the text's start: [begin, end).
  std::size_t end = 0;
  std::uint32_t first_line = 1;  ///< 1-based, both.
  std::uint32_t last_line = 1;
  bool is_global = false;
};

/// The parts in order; they do not overlap, and between them are white space and comments alone.
std::vector<Part> split(std::string_view text);

/// What a rule's text mentions that could be another rule.
struct Mentions {
  std::vector<std::string> names;     ///< Bare identifiers, keywords included; sorted, once each.
  std::vector<std::string> prefixes;  ///< Of rule sets: "a" for `any of (a*)`; sorted, once each.
};
Mentions mentions(std::string_view rule);

/// `text` with the bytes of [begin, end) as blanks; line ends stay, so that lines keep their
/// numbers.
void blank(std::string& text, std::size_t begin, std::size_t end);

}  // namespace antidotary::signatures::yara
