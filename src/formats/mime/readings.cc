#include "formats/mime/readings.h"

#include <algorithm>
#include <array>
#include <deque>

#include "core/digest.h"
#include "core/text.h"
#include "formats/mime/base64.h"
#include "formats/mime/delimiters.h"
#include "formats/mime/lenient.h"
#include "formats/mime/looks.h"
#include "formats/mime/names.h"
#include "formats/mime/quoted_printable.h"
#include "formats/mime/uuencode.h"
#include "formats/mime/yenc.h"

namespace antidotary::mime {
namespace {

using namespace std::string_view_literals;

// Blocks of uuencode and yEnc in one body.
constexpr std::size_t blocks_max = 1000;
constexpr std::string_view binhex_mark = "(This file must be converted with BinHex 4.0)\r\n";

/// Codes whose names stand somewhere in a header.
struct Named {
  bool base64 = false;
  bool quoted = false;
  bool uuencode = false;
  bool yenc = false;
  bool binhex = false;
  unsigned count = 0;
};

Named named_in(std::string_view header) {
  Named out;
  out.base64 = holds_ignoring_case(header, "base64");
  out.quoted = holds_ignoring_case(header, "quoted");
  out.uuencode = holds_ignoring_case(header, "uue") || holds_ignoring_case(header, "uuencode") ||
                 holds_ignoring_case(header, "xxe");
  out.yenc = holds_ignoring_case(header, "yenc");
  out.binhex = holds_ignoring_case(header, "binhex");
  out.count = 0u + out.base64 + out.quoted + out.uuencode + out.yenc + out.binhex;
  return out;
}

/// Whether bytes are plain characters, but for a few; their first are asked.
bool is_text(std::string_view text) {
  const std::string_view first = text.substr(0, 512);
  const auto plain = std::count_if(first.begin(), first.end(), [](char c) {
    return (c >= ' ' && c < 0x7f) || c == '\r' || c == '\n' || c == '\t';
  });
  return static_cast<std::size_t>(plain) * 10 >= first.size() * 9;
}

/// A text that is to be read, and what is known of it.
struct Item {
  std::string_view text;
  std::vector<std::string> names;
  std::size_t offset = 0;
  std::size_t layer = 0;
  Named named;
};

class AllReadings {
 public:
  AllReadings(Bytes message, Known& known, Budget& budget,
              const std::function<Status(const Reading&)>& sink)
      : message_(message),
        known_(known),
        budget_(budget),
        sink_(sink),
        bytes_max_(message.size() * readings_ratio_max + readings_floor_bytes) {}

  Status run() {
    const std::string_view text = as_text(message_);
    ANTIDOTARY_CHECK(read_entity({text, {}, 0, 0, {}}));
    // What hides a word from a reader that does not skip it.
    if (text.find('\0') != text.npos) ANTIDOTARY_CHECK(read_without(text, "\0"sv));
    if (has_lone_return(text)) ANTIDOTARY_CHECK(read_without(text, "\r"));
    return read_on();
  }

  /// Of a run of digits, and of what else is in a body, only the run is decoded.
  Status run_body(const Reading& part) {
    only_runs_ = true;
    ANTIDOTARY_CHECK(read_body({as_text(part.bytes), part.names, part.offset, 0, {}}));
    return read_on();
  }

 private:
  struct Later {
    Buffer bytes;
    std::vector<std::string> names;
    std::size_t offset;
    std::size_t layer;
    Named named;
    bool entity;
  };

  /// What came out of codes.
  Status read_on() {
    while (!later_.empty()) {
      const Later next = std::move(later_.front());
      later_.pop_front();
      const std::string_view bytes = as_text(next.bytes);
      if (next.entity) {
        ANTIDOTARY_CHECK(read_entity({bytes, next.names, next.offset, next.layer, next.named}));
      } else {
        ANTIDOTARY_CHECK(read_body({bytes, next.names, next.offset, next.layer, next.named}));
      }
    }
    if (cut_) {
      return fail(ErrorKind::refused, "more lines could divide parts than are tried ({})",
                  candidates_max);
    }
    return {};
  }

  static bool has_lone_return(std::string_view text) {
    for (std::size_t at = text.find('\r'); at != text.npos; at = text.find('\r', at + 1)) {
      if (at + 1 < text.size() && text[at + 1] != '\n') return true;
    }
    return false;
  }

  Status read_without(std::string_view text, std::string_view characters) {
    Buffer out;
    out.reserve(text.size());
    for (const char c : text) {
      if (characters.find(c) == characters.npos) out.push_back(static_cast<std::byte>(c));
    }
    if (!read_.add(out)) return {};
    later_.push_back({std::move(out), {}, 0, 1, {}, true});
    return {};
  }

  /// A message, or what could be one: all its stretches.
  Status read_entity(const Item& item) {
    ANTIDOTARY_CHECK(budget_.step(item.text.size() / 16 + 1));
    const std::vector<Segment> segments = all_segments(item.text, &cut_);
    for (const Segment& segment : segments) {
      const std::string_view part = item.text.substr(segment.begin, segment.end - segment.begin);
      ANTIDOTARY_CHECK(budget_.step(part.size() / 16 + 16));
      if (trim(part).size() < reading_bytes_min) continue;
      const std::vector<std::size_t> starts = body_starts(part);
      const std::string_view header = part.substr(0, starts.back());
      ANTIDOTARY_CHECK(budget_.step(header.size()));
      Item leaf{{},
                ANTIDOTARY_TRY(plausible_names(header, budget_)),
                item.offset,
                item.layer,
                named_in(header)};
      for (const std::string& name : item.names) add_name(leaf.names, name);
      if (item.layer == 0) leaf.offset = segment.begin;
      for (const std::size_t start : starts) {
        leaf.text = part.substr(start);
        ANTIDOTARY_CHECK(read_body(leaf));
      }
    }
    return {};
  }

  Status read_body(const Item& item) {
    const std::string_view body = without_last_end(item.text);
    if (body.size() < reading_bytes_min) return {};
    ANTIDOTARY_CHECK(budget_.step(body.size()));
    ANTIDOTARY_CHECK(hand_out(item, as_bytes(body), item.layer == 0, false));
    ANTIDOTARY_CHECK(read_base64(item, body));
    ANTIDOTARY_CHECK(read_quoted(item, body));
    ANTIDOTARY_CHECK(read_uuencoded(item, body));
    ANTIDOTARY_CHECK(read_yenc(item, body));
    if (!item.named.binhex || holds_ignoring_case(body, binhex_mark.substr(0, 30))) return {};
    std::string marked(binhex_mark);
    marked += body.starts_with(':') ? "" : ":";
    marked += body;
    return hand_out(item, as_bytes(std::string_view(marked)), false, false);
  }

  static std::string_view without_last_end(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
  }

  Status read_base64(const Item& item, std::string_view body) {
    // Decoded prose is noise of as many kinds as there are readings.
    const bool whole = item.named.base64 || (!only_runs_ && could_be_base64(body));
    if (!whole) return read_base64_runs(item, body);
    const Base64Decoded usual = decode_base64(body, body.size());
    ANTIDOTARY_CHECK(hand_out(item, usual.bytes, false, true));
    if (!usual.odd.any()) return {};
    for (const Base64Reading& reading : base64_readings(usual.odd)) {
      ANTIDOTARY_CHECK(budget_.step(body.size()));
      ANTIDOTARY_CHECK(hand_out(item, decode_base64(body, reading, body.size()), false, true));
    }
    return {};
  }

  Status read_base64_runs(const Item& item, std::string_view body) {
    std::size_t at = 0;
    while (const auto run = next_base64_run(body, at)) {
      ANTIDOTARY_CHECK(budget_.step(run->size()));
      const Base64Decoded usual = decode_base64(*run, run->size());
      ANTIDOTARY_CHECK(hand_out(item, usual.bytes, false, true));
      if (!usual.odd.any()) continue;
      for (const Base64Reading& reading : base64_readings(usual.odd)) {
        ANTIDOTARY_CHECK(budget_.step(run->size()));
        ANTIDOTARY_CHECK(hand_out(item, decode_base64(*run, reading, run->size()), false, true));
      }
    }
    return {};
  }

  Status read_quoted(const Item& item, std::string_view body) {
    if (!item.named.quoted && !looks_quoted(body)) return {};
    if (body.find('=') == body.npos && body.find(" \n") == body.npos &&
        body.find(" \r\n") == body.npos) {
      return {};
    }
    const QuotedDecoded usual = decode_quoted_printable(body, body.size());
    ANTIDOTARY_CHECK(hand_out(item, usual.bytes, false, true));
    for (const QuotedReading& reading : quoted_readings(usual.odd)) {
      ANTIDOTARY_CHECK(budget_.step(body.size()));
      const Buffer bytes = decode_quoted_printable(body, reading, body.size());
      ANTIDOTARY_CHECK(hand_out(item, bytes, false, true));
    }
    return {};
  }

  Status read_uuencoded(const Item& item, std::string_view body) {
    std::size_t at = 0;
    std::size_t count = 0;
    while (const auto block = next_uuencoded(body, at)) {
      if (++count > blocks_max)
        return fail(ErrorKind::refused, "more blocks of uuencode than are read");
      ANTIDOTARY_CHECK(budget_.step(block->end - at + 1));
      at = block->end;
      Item named = item;
      named.names.clear();
      add_name(named.names, block->name);
      for (const std::string& name : item.names) add_name(named.names, name);
      ANTIDOTARY_CHECK(hand_out(named, block->bytes, false, true));
    }
    if (!item.named.uuencode && count == 0) return {};
    for (const Buffer& bytes : uuencoded_without_begin(body)) {
      ANTIDOTARY_CHECK(hand_out(item, bytes, false, true));
    }
    return {};
  }

  Status read_yenc(const Item& item, std::string_view body) {
    std::size_t at = 0;
    std::size_t count = 0;
    Buffer joined;
    while (const auto block = next_yenc(body, at)) {
      if (++count > blocks_max)
        return fail(ErrorKind::refused, "more blocks of yEnc than are read");
      ANTIDOTARY_CHECK(budget_.step(block->end - at + 1));
      at = block->end;
      Item named = item;
      add_name(named.names, block->name);
      if (block->part > 0) joined.insert(joined.end(), block->bytes.begin(), block->bytes.end());
      ANTIDOTARY_CHECK(hand_out(named, block->bytes, false, true));
    }
    ANTIDOTARY_CHECK(hand_out(item, joined, false, true));
    if (!item.named.yenc || count > 0) return {};
    return hand_out(item, decode_yenc(body), false, true);
  }

  Status hand_out(const Item& item, Bytes bytes, bool view, bool decoded) {
    if (bytes.size() < reading_bytes_min) return {};
    ANTIDOTARY_CHECK(budget_.step(bytes.size()));
    if (known_.add(bytes)) {
      bytes_ += view ? 0 : bytes.size();
      if (bytes_ > bytes_max_) {
        return fail(ErrorKind::refused, "the message's readings take more than {} bytes",
                    bytes_max_);
      }
      ANTIDOTARY_CHECK(sink_({bytes, item.names, item.offset, view}));
    }
    if (decoded && item.layer + 1 < layers_max) read_later(item, bytes);
    return {};
  }

  // Also what the caller knew before: it has looked at these bytes, and not read them in all ways.
  void read_later(const Item& item, Bytes bytes) {
    const std::string_view text = as_text(bytes);
    // What is coded once more is text.
    if (!is_text(text)) return;
    const bool entity = holds_ignoring_case(text, "\ncontent-") ||
                        holds_ignoring_case(text.substr(0, 8), "content-");
    if (!entity && item.named.count < 2 && !looks_encoded(text)) return;
    if (!read_.add(bytes)) return;
    later_.push_back(
        {to_buffer(bytes), item.names, item.offset, item.layer + 1, item.named, entity});
  }

  Bytes message_;
  Known& known_;  ///< What was handed out, here or before.
  Known read_;    ///< What was taken to be read once more.
  Budget& budget_;
  const std::function<Status(const Reading&)>& sink_;
  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::deque<Later> later_;
  bool cut_ = false;
  bool only_runs_ = false;
};

}  // namespace

bool Known::add(Bytes bytes) {
  Digester digester(DigestKind::sha256);
  digester.update(bytes);
  return digests_.insert(digester.finish()).second;
}

void Known::add_body(Bytes body) {
  add(body);
  if (!body.empty() && body.back() == std::byte{'\n'}) add(body = body.first(body.size() - 1));
  if (!body.empty() && body.back() == std::byte{'\r'}) add(body.first(body.size() - 1));
}

Status read_all_ways(Bytes message, Known& known, Budget& budget,
                     const std::function<Status(const Reading&)>& sink) {
  return AllReadings(message, known, budget, sink).run();
}

Status read_coded_body(const Reading& part, Known& known, Budget& budget,
                       const std::function<Status(const Reading&)>& sink) {
  return AllReadings(part.bytes, known, budget, sink).run_body(part);
}

}  // namespace antidotary::mime
