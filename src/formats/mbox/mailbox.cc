#include "formats/mbox/mailbox.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/text.h"

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

constexpr std::array<std::string_view, 7> days = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// A From_ line is no longer than an address and a date.
constexpr std::size_t line_bytes_max = 1024;

// "From ... Www Mmm dd hh:mm": asctime's own order.
bool has_date(std::string_view line) {
  line = line.substr(0, line_bytes_max);
  for (std::size_t at = line.find(' '); at != line.npos; at = line.find(' ', at + 1)) {
    const auto is = [](std::string_view one) { return [one](auto other) { return one == other; }; };
    if (std::none_of(days.begin(), days.end(), is(line.substr(at + 1, 3)))) continue;
    if (line.substr(at + 4, 1) != " ") continue;
    if (std::none_of(months.begin(), months.end(), is(line.substr(at + 5, 3)))) continue;
    if (line.substr(at + 8, 1) == " ") return has_time(line.substr(at + 8));
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

bool begins_message(std::string_view text, std::size_t at, std::size_t first) {
  if (text[at] != 'F' || text.substr(at, 5) != "From ") return false;
  const std::string_view line = line_at(text, at);
  return has_date(line) || ((at == first || after_empty_line(text, at)) && has_time(line));
}

// The first number that a Content-Length field of the header states. `body` is where the body
// begins: behind the first empty line.
struct Stated {
  std::size_t body = 0;
  std::size_t bytes = 0;
};
std::optional<Stated> stated_length(std::string_view text, const Item& item) {
  constexpr std::string_view field = "content-length:";
  std::optional<std::size_t> bytes;
  for (std::size_t at = item.message_offset; at < item.end;) {
    const std::string_view line = line_at(text, at);
    const std::size_t next = std::min(item.end, at + line.size() + 1);
    if (line.empty() || line == "\r")
      return bytes ? std::optional(Stated{next, *bytes}) : std::nullopt;
    if (!bytes && line.size() > field.size() &&
        ascii_lower(line.substr(0, field.size())) == field) {
      const std::string_view number = trim(line.substr(field.size()));
      std::size_t value = 0;
      const auto [end, error] =
          std::from_chars(number.data(), number.data() + number.size(), value);
      if (error == std::errc() && end == number.data() + number.size()) bytes = value;
    }
    at = next;
  }
  return std::nullopt;
}

// Behind the message: nothing, or one empty line and the next From_ line.
bool ends_message(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '\r' || text[at] == '\n')) ++at;
  return at == text.size() || begins_message(text, at, at);
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
    if (begins_message(text, at, item.message_offset)) {
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
  if (const auto stated = stated_length(text, item)) {
    const bool later = stated->body <= item.end && item.end - stated->body < stated->bytes &&
                       stated->bytes <= text.size() - stated->body;
    const std::size_t end = later ? stated->body + stated->bytes : 0;
    if (later && ends_message(text, end)) item.stated_end = end;
  }
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
