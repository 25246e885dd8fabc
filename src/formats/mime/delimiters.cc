#include "formats/mime/delimiters.h"

#include <algorithm>
#include <set>

#include "core/text.h"
#include "formats/mime/lenient.h"

namespace antidotary::mime {
namespace {

// A part's fields stand this close below its delimiter.
constexpr std::size_t near_bytes = 1024;
constexpr std::size_t blank_starts_max = 8;

bool is_filler(char c) { return static_cast<unsigned char>(c) <= ' ' && c != '\n' && c != '\r'; }

struct Candidate {
  std::size_t begin;
  std::size_t next;
  std::string_view name;  ///< Behind "--", without blanks and a closing "--".
};

/// Whether the "--" at `at` begins a line, but for what is no character to some reader.
bool begins_line(std::string_view text, std::size_t at) {
  while (at > 0 && is_filler(text[at - 1])) --at;
  return at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r';
}

std::vector<Candidate> find_candidates(std::string_view text, bool* cut) {
  std::vector<Candidate> out;
  for (std::size_t at = text.find("--"); at != std::string_view::npos; at = text.find("--", at)) {
    if (!begins_line(text, at)) {
      at = text.find_first_not_of('-', at);
      if (at == std::string_view::npos) break;
      continue;
    }
    if (out.size() >= candidates_max) {
      if (cut != nullptr) *cut = true;
      break;
    }
    const Line line = line_at(text, at);
    std::string_view name = text.substr(at + 2, line.end - at - 2);
    while (!name.empty() && static_cast<unsigned char>(name.back()) <= ' ') name.remove_suffix(1);
    if (name.ends_with("--")) name.remove_suffix(2);
    out.push_back({at, line.next, name});
    at = line.next;
  }
  return out;
}

bool stands_over_fields(std::string_view text, const Candidate& candidate) {
  return holds_ignoring_case(text.substr(candidate.next, near_bytes), "content-");
}

void cut_at(const std::vector<const Candidate*>& lines, std::size_t size, std::set<Segment>& out) {
  std::size_t begin = 0;
  for (const Candidate* line : lines) {
    out.insert({begin, std::max(begin, line->begin)});
    begin = line->next;
  }
  out.insert({begin, std::max(begin, size)});
}

// RFC 5322, 2.2, with blanks before the colon.
bool is_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = trim(line.substr(0, colon));
  return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7f;
  });
}

bool is_plain_end(std::string_view end) { return end == "\n" || end == "\r\n"; }

}  // namespace

std::vector<Segment> all_segments(std::string_view text, bool* cut) {
  const std::vector<Candidate> candidates = find_candidates(text, cut);
  std::set<Segment> out = {{0, text.size()}};
  std::vector<const Candidate*> lines;
  std::set<std::string_view> names;
  for (const Candidate& one : candidates) {
    lines.push_back(&one);
    if (names.size() >= alone_max) {
      if (cut != nullptr && !names.contains(one.name)) *cut = stands_over_fields(text, one) || *cut;
    } else if (!names.contains(one.name) && stands_over_fields(text, one)) {
      names.insert(one.name);
    }
  }
  cut_at(lines, text.size(), out);
  for (const std::string_view name : names) {
    for (const bool exact : {true, false}) {
      lines.clear();
      for (const Candidate& one : candidates) {
        if (exact ? one.name == name : one.name.starts_with(name)) lines.push_back(&one);
      }
      cut_at(lines, text.size(), out);
    }
  }
  return {out.begin(), out.end()};
}

std::vector<std::size_t> body_starts(std::string_view part) {
  std::set<std::size_t> out;
  std::size_t blanks = 0;
  bool in_header = true;
  bool fields = false;
  bool plain_end = true;  // the line before ended as lines end
  for (std::size_t at = 0; at < part.size();) {
    Line line = line_at(part, at);
    const std::string_view text = part.substr(line.begin, line.end - line.begin);
    const bool plain = is_plain_end(part.substr(line.end, line.next - line.end));
    if (std::all_of(text.begin(), text.end(), &is_filler)) {
      // An empty line behind fields ends the header for every reader.
      const bool agreed = fields && text.empty() && plain && plain_end;
      if (agreed || ++blanks <= blank_starts_max) out.insert(line.next);
      if (agreed) break;
      in_header = false;
      // Each CR of a run without an LF is one more empty line.
      if (text.empty() && blanks > blank_starts_max) {
        line.next =
            std::max(line.next, std::min(part.find_first_not_of('\r', line.end), part.size()));
      }
    } else if (in_header && !is_filler(text[0]) && !is_field(text)) {
      out.insert(line.begin);
      out.insert(line.next);
      in_header = false;
    } else {
      fields = fields || is_field(text);
    }
    plain_end = plain;
    at = line.next;
  }
  if (out.empty()) out.insert(0);
  return {out.begin(), out.end()};
}

}  // namespace antidotary::mime
