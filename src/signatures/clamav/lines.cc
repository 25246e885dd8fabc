#include "signatures/clamav/lines.h"

#include <charconv>
#include <cstring>

namespace antidotary::signatures::clamav {
namespace {

/// How the line begins, so that a person knows it again: its name, as a rule.
std::string begin_of(std::string_view line) {
  constexpr std::size_t shown_max = 60;
  std::string out(line.substr(0, shown_max));
  for (char& one : out) {
    if (one < ' ' || one > '~') one = '?';
  }
  return line.size() > shown_max ? out + "..." : out;
}

}  // namespace

void read_lines(Bytes bytes, Corpus& corpus,
                const std::function<Status(std::string_view, std::uint32_t)>& each) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  std::string_view text = as_text(bytes);
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::uint32_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const void* const end = std::memchr(text.data(), '\n', text.size());
    const std::size_t size =
        end == nullptr ? text.size()
                       : static_cast<std::size_t>(static_cast<const char*>(end) - text.data());
    std::string_view line = text.substr(0, size);
    text.remove_prefix(std::min(text.size(), size + 1));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    if (line.size() > line_bytes_max) {
      corpus.refuse(line_number, "the line is longer than 1 MiB");
      continue;
    }
    if (const Status taken = each(line, line_number); !taken) {
      if (corpus.keeps_reasons()) {
        corpus.refuse(line_number, fmt::format("{}: {}", taken.error().what, begin_of(line)));
      } else {
        corpus.refuse(line_number, "");
      }
    }
  }
}

std::vector<std::string_view> split(std::string_view line, char separator, std::size_t most) {
  std::vector<std::string_view> out;
  while (out.size() + 1 < most) {
    const std::size_t at = line.find(separator);
    if (at == std::string_view::npos) break;
    out.push_back(line.substr(0, at));
    line.remove_prefix(at + 1);
  }
  out.push_back(line);
  return out;
}

Result<std::uint64_t> number(std::string_view text, std::string_view what) {
  std::uint64_t out = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, out);
  if (parsed.ec != std::errc{} || parsed.ptr != end || text.empty()) {
    return fail(ErrorKind::bad_input, "{} is '{}', which is no number", what, text.substr(0, 40));
  }
  return out;
}

Status check_level(const std::vector<std::string_view>& fields, std::size_t first,
                   const Corpus& corpus) {
  const std::uint64_t level = corpus.options().engine_level;
  if (fields.size() > first && !fields[first].empty()) {
    const std::uint64_t least = ANTIDOTARY_TRY(number(fields[first], "the least engine level"));
    if (level < least) {
      return fail(ErrorKind::unsupported, "for engines of level {} and up; this one is {}", least,
                  level);
    }
  }
  if (fields.size() > first + 1 && !fields[first + 1].empty()) {
    const std::uint64_t most =
        ANTIDOTARY_TRY(number(fields[first + 1], "the highest engine level"));
    if (level > most) {
      return fail(ErrorKind::unsupported, "for engines up to level {}; this one is {}", most,
                  level);
    }
  }
  return {};
}

}  // namespace antidotary::signatures::clamav
