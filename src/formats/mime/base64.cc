#include "formats/mime/base64.h"

#include <algorithm>
#include <array>

#include "formats/mime/base64_blocks.h"

namespace antidotary::mime {
namespace {

using Pad = Base64Reading::Pad;
using Junk = Base64Reading::Junk;

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Reads character by character what the blocks leave, and notes what is odd.
class Base64Reader {
 public:
  Base64Reader(std::string_view text, std::size_t bytes_max) : text_(text), bytes_max_(bytes_max) {
    out_.bytes.reserve(std::min(bytes_max, text.size() / 4 * 3 + 3));
  }

  Base64Decoded read() {
    const Base64Blocks blocks = base64_blocks();
    std::size_t at = 0;
    while (at < text_.size() && !out_.cut) {
      if (written_ + piece_room_min > piece_bytes) flush();
      if (count_ == 0 && !padded_ && newlines_ < 2) {
        const std::size_t left = bytes_max_ - out_.bytes.size() - written_;
        const std::size_t room = std::min(left, piece_bytes - written_) / 3 * 4;
        const char* const in = text_.data() + at;
        const std::size_t taken =
            blocks(in, in + std::min(room, text_.size() - at), piece_.data() + written_);
        if (taken > 0) begun_ = true, newlines_ = 0;
        at += taken;
        written_ += taken / 4 * 3;
        if (taken > 0 && taken == room / 4 * 4) continue;
        if (at >= text_.size()) break;
      }
      one(at, text_[at]);
      ++at;
    }
    if (count_ != 0) note(out_.odd.broken_quantum, text_.size());
    flush();
    return std::move(out_);
  }

 private:
  // Bytes go to a piece that the processor has at hand: a large body is written to memory once.
  static constexpr std::size_t piece_bytes = 12u << 10;
  static constexpr std::size_t piece_room_min = 128;

  void flush() {
    out_.bytes.insert(out_.bytes.end(), piece_.begin(),
                      piece_.begin() + static_cast<std::ptrdiff_t>(written_));
    written_ = 0;
  }

  void note(bool& what, std::size_t at) {
    what = true;
    if (!out_.odd.offset) out_.odd.offset = at;
  }

  void one(std::size_t at, char c) {
    const std::uint8_t six = base64_digit(c);
    if (six != base64_no_digit) return digit(at, six);
    if (c == '\n') {
      if (count_ != 0) note(out_.odd.broken_quantum, at);
      newlines_ += begun_;
    } else if (c == '=') {
      pad(at);
    } else if (!is_blank(c)) {
      ++out_.odd.junk;
      if (!out_.odd.offset) out_.odd.offset = at;
    }
  }

  void pad(std::size_t at) {
    // Two characters want two, three want one; more, or one within nothing, is odd.
    padded_ = true;
    if (count_ == 2) {
      awaited_ = 1;
    } else if (count_ == 0 && awaited_ > 0) {
      --awaited_;
    } else if (count_ != 3) {
      note(out_.odd.broken_quantum, at);
    }
    count_ = 0;
    bits_ = 0;
  }

  void digit(std::size_t at, std::uint8_t six) {
    if (padded_) note(out_.odd.pad_inside, at);
    if (newlines_ > 1) note(out_.odd.blank_line, at);
    padded_ = false;
    newlines_ = 0;
    begun_ = true;
    bits_ = bits_ << 6 | six;
    if (++count_ == 1) return;
    if (out_.bytes.size() + written_ >= bytes_max_) {
      out_.cut = true;
      return;
    }
    piece_[written_++] = static_cast<std::byte>(bits_ >> (8 - 2 * count_) & 0xff);
    if (count_ == 4) count_ = 0, bits_ = 0;
  }

  std::string_view text_;
  std::size_t bytes_max_;
  Base64Decoded out_;
  std::array<std::byte, piece_bytes + base64_slack_bytes> piece_;
  std::size_t written_ = 0;  ///< Of the piece.
  std::uint32_t bits_ = 0;
  unsigned count_ = 0;
  unsigned awaited_ = 0;   ///< `=` that may still follow.
  unsigned newlines_ = 0;  ///< Since the last character, once there was one.
  bool padded_ = false;
  bool begun_ = false;
};

bool is_base64(char c) { return base64_digit(c) != base64_no_digit; }

/// Whether a line holds something that is neither base64, `=` nor white space.
bool has_junk(std::string_view line) {
  return std::any_of(line.begin(), line.end(),
                     [](char c) { return !is_base64(c) && c != '=' && !is_blank(c); });
}

std::uint8_t digit_of(char c, Junk junk) {
  if (junk == Junk::url && c == '-') return 62;
  if (junk == Junk::url && c == '_') return 63;
  return base64_digit(c);
}

/// The bits of one reading.
struct Bits {
  Buffer& out;
  std::size_t bytes_max;
  std::uint32_t bits = 0;
  unsigned count = 0;

  void put(std::uint8_t six) {
    bits = bits << 6 | six;
    if (++count > 1 && out.size() < bytes_max) {
      out.push_back(static_cast<std::byte>(bits >> (8 - 2 * count) & 0xff));
    }
    if (count == 4) reset();
  }
  void reset() { bits = 0, count = 0; }
};

/// False where the reading ends.
bool read_line(std::string_view line, const Base64Reading& reading, Bits& bits) {
  for (const char c : line) {
    const std::uint8_t six = digit_of(c, reading.junk);
    if (six != base64_no_digit) {
      bits.put(six);
    } else if (c == '=') {
      if (reading.pad == Pad::stops) return false;
      if (reading.pad == Pad::resets) bits.reset();
      if (reading.pad == Pad::zeros) bits.put(0);
    } else if (!is_blank(c) && reading.junk == Junk::stops) {
      return false;
    }
  }
  return true;
}

}  // namespace

Base64Decoded decode_base64(std::string_view text, std::size_t bytes_max) {
  return Base64Reader(text, bytes_max).read();
}

std::uint64_t base64_bytes(std::string_view text) {
  std::uint64_t bytes = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=') count = 0;
    if (!is_base64(c)) continue;
    bytes += count > 0;
    count = (count + 1) % 4;
  }
  return bytes;
}

std::vector<Base64Reading> base64_readings(const Base64Oddities& odd) {
  std::vector<Pad> pads = {Pad::resets};
  if (odd.pad_inside || odd.broken_quantum)
    pads = {Pad::resets, Pad::stops, Pad::ignored, Pad::zeros};
  std::vector<Junk> junks = {Junk::skipped};
  if (odd.junk > 0) junks = {Junk::skipped, Junk::stops, Junk::drops_line, Junk::url};
  std::vector<Base64Reading> out;
  for (const Pad pad : pads) {
    for (const Junk junk : junks) {
      for (const bool line_resets : {false, true}) {
        const Base64Reading reading{pad, junk, line_resets};
        if (reading == Base64Reading{} || (line_resets && !odd.broken_quantum && odd.junk == 0)) {
          continue;
        }
        out.push_back(reading);
      }
    }
  }
  return out;
}

Buffer decode_base64(std::string_view text, const Base64Reading& reading, std::size_t bytes_max) {
  Buffer out;
  Bits bits{out, bytes_max};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.size(), text.find_first_of("\r\n", at));
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (reading.junk == Junk::drops_line && has_junk(line)) continue;
    if (!read_line(line, reading, bits)) break;
    if (reading.line_resets) bits.reset();
  }
  return out;
}

std::string to_base64_lines(Bytes bytes) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = (bits << 8) | (i < count ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= count ? alphabet[(bits >> (18 - 6 * i)) & 63] : '=';
    }
    column += 4;
    if (column == 76) {
      out += "\r\n";
      column = 0;
    }
  }
  if (column != 0) out += "\r\n";
  return out;
}

}  // namespace antidotary::mime
