#include "formats/mime/parameters.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "core/text.h"
#include "formats/mime/encoding.h"

namespace antidotary::mime {
namespace {

// Parameters taken of one field, and pieces of one parameter; honest mail has a handful.
constexpr std::size_t parameters_max = 100;

/// One "name=value" as written: RFC 2231's stars are part of the name.
struct Piece {
  std::string name;  ///< Lower case, stars removed.
  unsigned number = 0;
  bool numbered = false;
  bool percent = false;
  std::string value;
};

// RFC 2231, 3 and 4: "name*", "name*0", "name*0*".
Piece make_piece(std::string name, std::string value) {
  Piece piece;
  piece.value = std::move(value);
  if (name.ends_with('*')) {
    piece.percent = true;
    name.pop_back();
  }
  const std::size_t star = name.find('*');
  if (star != std::string::npos) {
    const char* end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + star + 1, end, piece.number);
    piece.numbered = parsed.ec == std::errc() && parsed.ptr == end;
    if (piece.numbered) name.resize(star);
  }
  piece.name = std::move(name);
  return piece;
}

void skip_blanks_and_comments(std::string_view text, std::size_t& at) {
  unsigned depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '(') {
      ++depth;
    } else if (depth > 0 && c == ')') {
      --depth;
    } else if (depth > 0 && c == '\\') {
      ++at;
    } else if (depth == 0 && c != ' ' && c != '\t') {
      return;
    }
  }
  at = std::min(at, text.size());
}

std::string read_value(std::string_view text, std::size_t& at) {
  std::string value;
  if (at < text.size() && text[at] == '"') {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      // A backslash quotes only what needs it: Windows programs write paths unquoted.
      if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\'))
        ++at;
      value += text[at];
    }
    at = std::min(at + 1, text.size());
    return value;
  }
  const std::size_t end = std::min(text.size(), text.find(';', at));
  value = trim(text.substr(at, end - at));
  at = end;
  return value;
}

std::string shorten(std::string value) {
  if (value.size() <= parameter_bytes_max) return value;
  constexpr std::size_t half = parameter_bytes_max / 2;
  return to_utf8("utf-8", value.substr(0, half) + value.substr(value.size() - half));
}

// RFC 2231, 4: the charset stands in the first piece only, and counts for all of them.
std::string join_pieces(std::vector<Piece> pieces) {
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const Piece& a, const Piece& b) { return a.number < b.number; });
  const bool percent = pieces.front().percent;
  std::string charset;
  std::string& first = pieces.front().value;
  const std::size_t language = percent ? first.find('\'') : std::string::npos;
  const std::size_t text =
      language == std::string::npos ? std::string::npos : first.find('\'', language + 1);
  if (text != std::string::npos) {
    charset = first.substr(0, language);
    first.erase(0, text + 1);
  }
  std::string bytes;
  for (const Piece& piece : pieces) {
    bytes += piece.percent ? decode_percent(piece.value) : piece.value;
  }
  std::string value = to_utf8(charset, bytes);
  if (!percent) value = decode_words(value);
  return shorten(std::move(value));
}

}  // namespace

const std::string* Parametered::find(std::string_view name) const {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return &parameter.value;
  }
  return nullptr;
}

std::string unfold(std::string_view value) {
  std::string out;
  for (const char c : trim(value)) {
    if (c != '\r' && c != '\n') out += c;
  }
  return out;
}

std::string readable(std::string_view value) {
  const std::string_view kept = value.substr(0, std::min(value.size(), field_bytes_max));
  return collapse_white_space(decode_words(unfold(kept)));
}

Parametered read_parametered(std::string_view raw) {
  const std::string text = unfold(raw.substr(0, std::min(raw.size(), field_bytes_max)));
  Parametered out;
  std::size_t at = 0;
  skip_blanks_and_comments(text, at);
  const std::size_t value_end = std::min(text.size(), text.find_first_of(";(", at));
  out.value = ascii_lower(trim(std::string_view(text).substr(at, value_end - at)));
  at = std::min(text.size(), text.find(';', at));
  // In the order in which names first stand; RFC 2231's value wins over a plain one of its name.
  std::vector<std::string> order;
  std::map<std::string, std::vector<Piece>> plain;
  std::map<std::string, std::vector<Piece>> extended;
  for (std::size_t count = 0; at < text.size() && count < parameters_max; ++count) {
    ++at;  // the semicolon
    skip_blanks_and_comments(text, at);
    const std::size_t stop = std::min(text.size(), text.find_first_of("=;", at));
    const std::string name = ascii_lower(trim(std::string_view(text).substr(at, stop - at)));
    at = stop;
    if (at >= text.size() || text[at] == ';' || name.empty()) {
      if (at < text.size()) at = std::min(text.size(), text.find(';', at));
      continue;
    }
    ++at;  // the equals sign
    skip_blanks_and_comments(text, at);
    Piece piece = make_piece(name, read_value(text, at));
    at = std::min(text.size(), text.find(';', at));
    if (std::find(order.begin(), order.end(), piece.name) == order.end()) {
      order.push_back(piece.name);
    }
    auto& pieces = (piece.numbered || piece.percent ? extended : plain)[piece.name];
    if (piece.numbered || pieces.empty()) pieces.push_back(std::move(piece));
  }
  for (const std::string& name : order) {
    auto& pieces = extended.contains(name) ? extended[name] : plain[name];
    out.parameters.push_back({name, join_pieces(std::move(pieces))});
  }
  return out;
}

}  // namespace antidotary::mime
