#include "formats/mbox/mailbox.h"

#include <algorithm>

namespace antidotary::mbox {
namespace {

// A From_ line of RFC 4155 ends in an asctime date; its "hh:mm" tells it from a sentence of a
// message whose writer forgot to quote.
bool has_time(std::string_view line) {
  const auto digit = [&line](std::size_t at) { return line[at] >= '0' && line[at] <= '9'; };
  for (std::size_t i = 2; i + 2 < line.size(); ++i) {
    if (line[i] == ':' && digit(i - 2) && digit(i - 1) && digit(i + 1) && digit(i + 2)) return true;
  }
  return false;
}

std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, text.find('\n', at) - at);
}

// True where the line that ends just before `at` (at its '\n') is empty.
bool after_empty_line(std::string_view text, std::size_t at) {
  if (at < 2 || text[at - 1] != '\n') return at == 0;
  std::size_t before = at - 2;
  if (text[before] == '\r') {
    if (before == 0) return true;
    --before;
  }
  return text[before] == '\n';
}

bool quotes_from(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of('>', at);
  return end != at && end != std::string_view::npos && text.substr(end, 5) == "From ";
}

}  // namespace

Result<Mailbox> Mailbox::open(Bytes bytes) {
  if (!as_text(bytes).starts_with("From ")) {
    return fail(ErrorKind::not_this_format, "the first line is no From_ line");
  }
  return Mailbox(bytes);
}

Result<std::optional<Item>> Mailbox::next(Budget& budget) {
  const std::string_view text = as_text(bytes_);
  if (at_ >= text.size()) return std::nullopt;
  Item item;
  item.number = ++number_;
  item.offset = at_;
  item.message_offset = std::min(text.size(), text.find('\n', at_));
  if (item.message_offset < text.size()) ++item.message_offset;
  item.end = text.size();
  for (std::size_t at = item.message_offset; at < text.size();) {
    if (text[at] == '>') item.quoted = item.quoted || quotes_from(text, at);
    if (text[at] == 'F' && text.substr(at, 5) == "From " &&
        (at == item.message_offset || after_empty_line(text, at)) && has_time(line_at(text, at))) {
      item.end = at;
      break;
    }
    const std::size_t newline = text.find('\n', at);
    if (newline == std::string_view::npos) break;
    at = newline + 1;
  }
  ANTIDOTARY_CHECK(budget.step((item.end - item.offset) / 64 + 1));
  item.message_end = item.end;
  if (after_empty_line(text, item.end) && item.end > item.message_offset) {
    --item.message_end;
    if (item.message_end > item.message_offset && text[item.message_end - 1] == '\r') {
      --item.message_end;
    }
  }
  at_ = item.end;
  return item;
}

Buffer without_quotes(Bytes message) {
  const std::string_view text = as_text(message);
  Buffer out;
  out.reserve(message.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    const std::size_t start = quotes_from(text, at) ? at + 1 : at;
    const Bytes line = message.subspan(start, end - start);
    out.insert(out.end(), line.begin(), line.end());
    at = end;
  }
  return out;
}

}  // namespace antidotary::mbox
