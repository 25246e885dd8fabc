#include "formats/pdf/objects.h"

#include <algorithm>
#include <unordered_map>

namespace antidotary::pdf {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Head {
  std::size_t begin;
  std::uint32_t number;
  std::uint32_t generation;
};

// Reads a number that ends before `at`, backwards over white space; false where there is none.
bool number_before(std::string_view text, std::size_t& at, std::uint32_t& out) {
  while (at > 0 && is_white(text[at - 1])) --at;
  const std::size_t end = at;
  while (at > 0 && is_digit(text[at - 1]) && end - at < 10) --at;
  const auto value = integer_of(text.substr(at, end - at));
  if (!value || *value > 0xffffffff) return false;
  out = static_cast<std::uint32_t>(*value);
  return true;
}

// "12 0 obj" with its last word at `at`.
std::optional<Head> head_before(std::string_view text, std::size_t at) {
  Head out{at, 0, 0};
  if (!number_before(text, out.begin, out.generation)) return std::nullopt;
  if (out.begin == 0 || !is_white(text[out.begin - 1])) return std::nullopt;
  if (!number_before(text, out.begin, out.number)) return std::nullopt;
  return out;
}

class Finder {
 public:
  Finder(Bytes bytes, Budget& budget) : bytes_(bytes), text_(as_text(bytes)), budget_(budget) {}

  Result<Objects> run() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t mark = next_mark(at);
      ANTIDOTARY_CHECK(budget_.step((std::min(mark, text_.size()) - at) / 8 + 1));
      if (mark >= text_.size()) break;
      at = text_[mark] == 't' ? trailer(mark) : text_[mark] == 's' ? stray(mark) : object(mark);
      ANTIDOTARY_CHECK(budget_.step(at - mark));
    }
    for (Object& one : out_.all) {
      if (one.has_stream && lengths_later_) settle(one);
    }
    return std::move(out_);
  }

 private:
  // The next "obj" or "trailer" that begins there.
  std::size_t next_mark(std::size_t at) {
    gap_ = at;
    if (next_trailer_ < at || next_trailer_ == 0) next_trailer_ = text_.find("trailer", at);
    if (next_stream_ < at || next_stream_ == 0) next_stream_ = text_.find("stream", at);
    return std::min({text_.find("obj", at), next_trailer_, next_stream_});
  }

  // A stream that belongs to no object: the object's head or dictionary is damaged.
  std::size_t stray(std::size_t mark) {
    const std::string_view gap = text_.substr(gap_, mark - gap_);
    if (gap.ends_with("end")) {
      keep_unmarked(mark - 3);
      return mark + 6;
    }
    const char next = mark + 6 < text_.size() ? text_[mark + 6] : ' ';
    if (!is_white(next) || gap.ends_with("(")) return mark + 6;
    Object one;
    const std::size_t begin = gap.find("<<");
    if (begin != std::string_view::npos) {
      one.value = gap.substr(begin, end_of_value(gap, begin) - begin);
    }
    one.stray = true;
    one.offset = mark;
    const std::size_t end = stream(one, mark + 6);
    out_.all.push_back(one);
    return std::max(end, mark + 6);
  }

  // "endstream" behind an object that states a length and has no stream: the word that begins it
  // is damaged.
  void keep_unmarked(std::size_t end) {
    if (out_.all.empty()) return;
    Object& one = out_.all.back();
    if (one.has_stream || one.value.empty() || one.value.find("/Length") == one.value.npos) return;
    const auto behind =
        static_cast<std::size_t>(one.value.data() - text_.data()) + one.value.size();
    const std::size_t line = text_.find('\n', skip_white(text_, behind));
    if (line == std::string_view::npos || line >= end) return;
    one.has_stream = true;
    one.open_ended = true;
    one.stream = bytes_.subspan(line + 1, end - line - 1);
  }

  std::size_t trailer(std::size_t mark) {
    const std::size_t begin = skip_white(text_, mark + 7);
    const std::size_t end = end_of_value(text_, begin);
    out_.trailers.push_back(text_.substr(begin, end - begin));
    return std::max(end, mark + 7);
  }

  std::size_t object(std::size_t mark) {
    const auto head = head_before(text_, mark);
    if (!head) return mark + 3;
    Object one;
    one.number = head->number;
    one.generation = head->generation;
    one.offset = head->begin;
    const std::size_t begin = skip_white(text_, mark + 3);
    const std::size_t end = end_of_value(text_, begin);
    one.value = text_.substr(begin, end - begin);
    const std::size_t word = skip_white(text_, end);
    std::size_t next = end;
    if (text_.substr(std::min(word, text_.size()), 6) == "stream") next = stream(one, word + 6);
    out_.all.push_back(one);
    return std::max(next, mark + 3);
  }

  // Where the line after "stream" begins; lone carriage returns are met in the wild.
  std::size_t stream(Object& one, std::size_t at) {
    if (at < text_.size() && text_[at] == ' ') ++at;
    if (text_.substr(std::min(at, text_.size()), 2) == "\r\n") {
      at += 2;
    } else if (at < text_.size() && (text_[at] == '\n' || text_[at] == '\r')) {
      ++at;
    }
    at = std::min(at, text_.size());
    one.has_stream = true;
    const auto length = value_in(pairs_of(one.value), "Length");
    const auto stated = length && !reference_of(*length) ? integer_of(*length) : std::nullopt;
    if (stated && ends_at(at, *stated)) {
      one.stream = bytes_.subspan(at, static_cast<std::size_t>(*stated));
      return at + static_cast<std::size_t>(*stated);
    }
    one.odd_length = stated.has_value();
    return stream_by_mark(one, at);
  }

  bool ends_at(std::size_t at, std::int64_t length) const {
    if (length < 0 || static_cast<std::uint64_t>(length) > text_.size() - at) return false;
    const std::string_view rest = text_.substr(at + static_cast<std::size_t>(length), 32);
    std::size_t white = 0;
    while (white < rest.size() && is_white(rest[white])) ++white;
    // A damaged "endstream" still has the object's end behind it.
    return rest.substr(white).starts_with("endstream") || rest.find("endobj") != rest.npos;
  }

  std::size_t stream_by_mark(Object& one, std::size_t at) {
    if (next_end_ < at) next_end_ = text_.find("endstream", at);
    std::size_t end = next_end_;
    if (end == std::string_view::npos) {
      one.open_ended = true;
      end = std::min(text_.find("endobj", at), text_.size());
    }
    const std::size_t next = end;
    // One end of line stands before the word.
    if (end > at && text_[end - 1] == '\n') --end;
    if (end > at && text_[end - 1] == '\r') --end;
    one.stream = bytes_.subspan(at, end - at);
    lengths_later_ = true;
    return next;
  }

  // A length that is an object of its own says how much of the bytes before "endstream" counts,
  // and whether that word was the stream's last or part of it.
  void settle(Object& one) {
    const auto length = value_in(pairs_of(one.value), "Length");
    const auto reference = length ? reference_of(*length) : std::nullopt;
    if (!reference) {
      if (!length || one.odd_length) swallow(one);
      return;
    }
    if (numbers_.empty()) {
      for (const Object& other : out_.all) {
        if (other.has_stream) continue;
        if (const auto number = integer_of(other.value)) numbers_[other.number] = *number;
      }
    }
    const auto found = numbers_.find(reference->number);
    if (found == numbers_.end()) return swallow(one);
    const auto at = static_cast<std::size_t>(one.stream.data() - bytes_.data());
    if (ends_at(at, found->second)) {
      one.stream = bytes_.subspan(at, static_cast<std::size_t>(found->second));
    } else {
      one.odd_length = true;
      swallow(one);
    }
  }

  // Where "endstream" itself is damaged the next one's takes its place.
  static void swallow(Object& one) {
    if (as_text(one.stream).find("endobj") != std::string_view::npos) one.open_ended = true;
  }

  Bytes bytes_;
  std::string_view text_;
  Budget& budget_;
  Objects out_;
  std::size_t next_trailer_ = 0;
  std::size_t next_stream_ = 0;
  std::size_t gap_ = 0;  ///< Where what belongs to no object begins.
  std::size_t next_end_ = 0;
  bool lengths_later_ = false;
  std::unordered_map<std::uint32_t, std::int64_t> numbers_;
};

}  // namespace

Result<Objects> find_objects(Bytes bytes, Budget& budget) { return Finder(bytes, budget).run(); }

}  // namespace antidotary::pdf
