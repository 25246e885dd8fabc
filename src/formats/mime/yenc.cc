#include "formats/mime/yenc.h"

#include <algorithm>

#include "core/text.h"

namespace antidotary::mime {
namespace {

std::size_t line_end(std::string_view text, std::size_t at) {
  return std::min(text.size(), text.find('\n', at));
}

unsigned number_behind(std::string_view line, std::string_view key) {
  std::size_t at = line.find(key);
  unsigned out = 0;
  if (at == std::string_view::npos) return 0;
  for (at += key.size(); at < line.size() && line[at] >= '0' && line[at] <= '9'; ++at) {
    out = std::min(1'000'000u, out * 10 + static_cast<unsigned>(line[at] - '0'));
  }
  return out;
}

}  // namespace

Buffer decode_yenc(std::string_view text) {
  Buffer out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto c = static_cast<unsigned char>(text[at]);
    if (c == '\r' || c == '\n') continue;
    unsigned shift = 42;
    if (c == '=' && at + 1 < text.size()) {
      c = static_cast<unsigned char>(text[++at]);
      shift = 106;
    }
    out.push_back(static_cast<std::byte>((c - shift) & 0xff));
  }
  return out;
}

std::optional<YencBlock> next_yenc(std::string_view text, std::size_t at) {
  static constexpr std::string_view begin_mark = "=ybegin ";
  while (true) {
    at = text.find(begin_mark, at);
    if (at == std::string_view::npos) return std::nullopt;
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') break;
    ++at;
  }
  std::size_t end = line_end(text, at);
  const std::string_view head = trim(text.substr(at, end - at));
  YencBlock block;
  block.part = number_behind(head, " part=");
  const std::size_t name = head.find("name=");
  if (name != std::string_view::npos) {
    const std::string_view raw = trim(head.substr(name + 5));
    block.name = is_utf8(raw) ? std::string(raw) : utf8_from_windows1252(raw);
  }
  std::size_t body = std::min(text.size(), end + 1);
  if (text.substr(body).starts_with("=ypart"))
    body = std::min(text.size(), line_end(text, body) + 1);
  end = text.find("\n=yend", body == 0 ? 0 : body - 1);
  block.bytes = decode_yenc(text.substr(body, std::min(end, text.size()) - body));
  block.end = end == std::string_view::npos ? text.size() : line_end(text, end + 1);
  return block;
}

}  // namespace antidotary::mime
