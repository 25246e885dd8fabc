#include "formats/mime/names.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/text.h"
#include "formats/mime/encoding.h"
#include "formats/mime/parameters.h"

namespace antidotary::mime {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t header_bytes_max = 256u << 10;
constexpr std::size_t pieces_max = 256;
// In how many ways a value is read, about: what each of its bytes costs.
constexpr std::size_t ways = 16;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// One "filename*1*=value", as raw as it stands.
struct Piece {
  bool disposition = false;  ///< "filename" and not "name".
  std::optional<unsigned> number;
  bool percent = false;
  std::string value;  ///< Up to the next semicolon outside of quotes, or the field's end.
};

std::string without(std::string_view text, std::string_view characters) {
  std::string out;
  for (const char c : text) {
    if (characters.find(c) == std::string_view::npos) out += c;
  }
  return out;
}

std::string without_comments(std::string_view text) {
  std::string out;
  unsigned depth = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"' && depth == 0) quoted = !quoted;
    if (c == '(' && !quoted) ++depth;
    if (depth == 0) out += c;
    if (c == ')' && depth > 0 && !quoted) --depth;
  }
  return out;
}

/// What stands between the first two quotes, with backslashes kept or undone.
std::string inside_quotes(std::string_view text, bool undo) {
  const std::size_t begin = text.find('"');
  if (begin == std::string_view::npos) return {};
  std::string out;
  for (std::size_t at = begin + 1; at < text.size() && text[at] != '"'; ++at) {
    if (undo && text[at] == '\\' && at + 1 < text.size()) ++at;
    out += text[at];
  }
  return out;
}

/// "charset'language'text", percent-coded, to UTF-8; of any other text what decode_percent() gives.
std::string extended(std::string_view text) {
  const std::size_t first = text.find('\'');
  const std::size_t second = first == std::string_view::npos ? first : text.find('\'', first + 1);
  if (second == std::string_view::npos) return to_utf8("", decode_percent(text));
  return to_utf8(text.substr(0, first), decode_percent(text.substr(second + 1)));
}

/// Where a value that begins at `at` ends: at a semicolon outside of quotes, or with its field.
std::size_t value_end(std::string_view header, std::size_t at) {
  bool quoted = false;
  for (; at < header.size(); ++at) {
    const char c = header[at];
    if (c == '"') quoted = !quoted;
    if (c == '\\' && quoted) ++at;
    if (c == ';' && !quoted) return at;
    if (c != '\n' && c != '\r') continue;
    const std::size_t next = header.find_first_not_of("\r\n", at);
    // The field goes on in a line that begins with a blank.
    if (next == std::string_view::npos || (header[next] != ' ' && header[next] != '\t')) return at;
    at = next - 1;
  }
  return std::min(at, header.size());
}

void skip_filler(std::string_view text, std::size_t& at) {
  while (at < text.size()) {
    if (is_blank(text[at])) {
      ++at;
    } else if (text[at] == '(') {
      const std::size_t end = text.find(')', at);
      at = end == std::string_view::npos ? text.size() : end + 1;
    } else {
      return;
    }
  }
}

/// Reads what follows the word "name": stars, a number, and the equals sign.
std::optional<Piece> read_piece(std::string_view header, std::size_t at, bool disposition) {
  Piece piece;
  piece.disposition = disposition;
  skip_filler(header, at);
  while (at < header.size() &&
         (header[at] == '*' || is_blank(header[at]) || (header[at] >= '0' && header[at] <= '9'))) {
    const char c = header[at++];
    if (c == '*') {
      piece.percent = true;
    } else if (!is_blank(c)) {
      piece.percent = false;
      piece.number =
          std::min(100'000u, piece.number.value_or(0) * 10 + static_cast<unsigned>(c - '0'));
    }
  }
  skip_filler(header, at);
  if (at >= header.size() || header[at] != '=') return std::nullopt;
  ++at;
  piece.value = header.substr(at, value_end(header, at) - at);
  return piece;
}

std::vector<Piece> find_pieces(std::string_view header) {
  std::vector<Piece> out;
  for (std::size_t at = 0; at + 4 <= header.size() && out.size() < pieces_max; ++at) {
    if ((header[at] | 0x20) != 'n' || !equal_ascii_ignoring_case(header.substr(at, 4), "name")) {
      continue;
    }
    const bool file = at >= 4 && equal_ascii_ignoring_case(header.substr(at - 4, 4), "file");
    const std::size_t word = file ? at - 4 : at;
    if (word > 0 && is_letter(header[word - 1])) continue;
    if (auto piece = read_piece(header, at + 4, file)) out.push_back(std::move(*piece));
  }
  return out;
}

class NameReader {
 public:
  explicit NameReader(Budget& budget) : budget_(budget) {}
  std::vector<std::string> names;

  void add(std::string_view name) { add_name(names, name); }

  /// One value as it stands, in every way that it may be read.
  Status add_value(std::string_view raw) {
    ANTIDOTARY_CHECK(budget_.step(raw.size() * ways));
    std::vector<std::string> forms = {std::string(trim(unfold(raw)))};
    const std::string whole = forms[0];
    const auto form = [&forms](std::string text) {
      if (!text.empty()) forms.push_back(std::move(text));
    };
    form(inside_quotes(whole, true));
    form(inside_quotes(whole, false));
    form(without(whole, "\""));
    form(without(whole, "\"\\"));
    form(without(whole, "'"));
    form(std::string(trim(without_comments(whole))));
    form(without(without_comments(whole), "\""));
    if (!whole.starts_with('"')) {
      form(whole.substr(0, whole.find_first_of(" \t")));
      form(whole.substr(0, whole.find(';')));
    }
    for (const std::string& one : forms) add_decoded(one);
    return {};
  }

  void add_decoded(const std::string& text) {
    const bool words = text.find("=?") != std::string::npos;
    if (words) {
      add(decode_words(text));
      // Blanks inside of words, and words that are cut by what a program inserted.
      add(decode_words(without(text, " \t")));
      add(decode_words(without(text, "\"")));
    }
    if (text.find('%') != std::string::npos || text.find('\'') != std::string::npos) {
      add(extended(text));
      add(decode_words(extended(text)));
    }
    add(to_utf8("", text));
  }

  /// RFC 2231's pieces joined, sorted and as they stand.
  Status add_joined(std::vector<Piece> pieces) {
    if (pieces.size() < 2) return {};
    for (const Piece& piece : pieces) ANTIDOTARY_CHECK(budget_.step(piece.value.size() * ways));
    join(pieces);
    std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
      return a.number.value_or(0) < b.number.value_or(0);
    });
    join(pieces);
    // Of two pieces of one number the first or the last counts; and where one is missing, some
    // stop.
    std::vector<Piece> firsts, lasts;
    for (const Piece& piece : pieces) {
      const bool again = !lasts.empty() && lasts.back().number == piece.number;
      if (again) {
        lasts.back() = piece;
      } else {
        firsts.push_back(piece);
        lasts.push_back(piece);
      }
    }
    join(firsts);
    join(lasts);
    return {};
  }

 private:
  void join(const std::vector<Piece>& pieces) {
    std::string raw, decoded, kept;
    std::string charset;
    for (const Piece& piece : pieces) {
      const std::string value = without(trim(without_comments(unfold(piece.value))), "\"");
      raw += value;
      std::string_view text = value;
      if (piece.percent && charset.empty()) {
        const std::size_t first = text.find('\'');
        const std::size_t second = first == text.npos ? first : text.find('\'', first + 1);
        if (second != text.npos) {
          charset = text.substr(0, first);
          text.remove_prefix(second + 1);
        }
      }
      decoded += decode_percent(text);
      kept += piece.percent ? decode_percent(text) : std::string(text);
    }
    add(decode_words(to_utf8(charset, kept)));
    add(to_utf8(charset, decoded));
    add_decoded(raw);
  }

  Budget& budget_;
};

/// The values of fields that name a part in their own way.
Status add_fields(std::string_view header, NameReader& reader) {
  constexpr std::string_view begin = "content-";
  for (std::size_t at = 0; at + begin.size() < header.size(); ++at) {
    if ((header[at] | 0x20) != 'c' ||
        !equal_ascii_ignoring_case(header.substr(at, begin.size()), begin)) {
      continue;
    }
    for (const std::string_view end : {"description"sv, "location"sv, "base"sv}) {
      std::size_t value = at + begin.size();
      if (!equal_ascii_ignoring_case(header.substr(value, end.size()), end)) continue;
      value += end.size();
      skip_filler(header, value);
      if (value >= header.size() || header[value] != ':') continue;
      const std::string_view raw =
          header.substr(value + 1, value_end(header, value + 1) - value - 1);
      ANTIDOTARY_CHECK(reader.add_value(raw));
      const std::string text = unfold(raw);
      reader.add_decoded(text.substr(text.find_last_of("/\\") + 1));
    }
  }
  return {};
}

}  // namespace

void add_name(std::vector<std::string>& names, std::string_view name) {
  std::string clean;
  for (const char c : name) {
    if (c == '\t') clean += ' ';
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) clean += c;
  }
  clean = collapse_white_space(clean);
  if (clean.size() > parameter_bytes_max) {
    constexpr std::size_t half = parameter_bytes_max / 2;
    clean = to_utf8("utf-8", clean.substr(0, half) + clean.substr(clean.size() - half));
  }
  for (bool again = true; again;) {
    if (clean.empty() || names.size() >= names_max) return;
    if (std::find(names.begin(), names.end(), clean) == names.end()) names.push_back(clean);
    again = clean.back() == '.' || clean.back() == ' ';
    while (!clean.empty() && (clean.back() == '.' || clean.back() == ' ')) clean.pop_back();
  }
}

Result<std::vector<std::string>> plausible_names(std::string_view header, Budget& budget) {
  header = header.substr(0, header_bytes_max);
  ANTIDOTARY_CHECK(budget.step(header.size() / 16 + 1));
  NameReader reader(budget);
  std::string kept;
  std::string_view clean = header;
  if (header.find('\0') != header.npos) clean = kept = without(header, std::string_view("\0", 1));
  const std::vector<Piece> pieces = find_pieces(clean);
  for (const bool disposition : {true, false}) {
    std::vector<Piece> numbered;
    for (const Piece& piece : pieces) {
      if (piece.disposition == disposition && piece.number) numbered.push_back(piece);
    }
    for (const Piece& piece : pieces) {
      if (piece.disposition != disposition || piece.number) continue;
      ANTIDOTARY_CHECK(reader.add_value(piece.value));
    }
    ANTIDOTARY_CHECK(reader.add_joined(numbered));
  }
  for (const Piece& piece : pieces) {
    if (piece.number) ANTIDOTARY_CHECK(reader.add_value(piece.value));
  }
  ANTIDOTARY_CHECK(add_fields(clean, reader));
  return std::move(reader.names);
}

}  // namespace antidotary::mime
