#include "unpack/codecs/pdf_filters.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/text.h"
#include "unpack/codecs/inflate.h"

namespace antidotary::unpack {
namespace {

constexpr std::size_t piece_bytes = 64u << 10;

bool is_white(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

Error error_of(ErrorKind kind, std::string what) { return {kind, std::move(what), std::nullopt}; }

// Gathers bytes and brings them in pieces; false where the purse or the object is full.
class Sink {
 public:
  Sink(Brought& out, Budget& budget) : out_(out), budget_(budget) {}
  bool put(std::byte b) {
    piece_.push_back(b);
    return piece_.size() < piece_bytes || flush();
  }
  bool put(char c) { return put(static_cast<std::byte>(c)); }
  bool flush() {
    const bool done = bring(out_, piece_, budget_);
    piece_.clear();
    return done;
  }

 private:
  Brought& out_;
  Budget& budget_;
  Buffer piece_;
};

// 7.4.2
Brought ascii_hex(Bytes packed, Budget& budget) {
  Brought out;
  Sink sink(out, budget);
  int half = -1;
  for (const char c : as_text(packed)) {
    int digit = -1;
    if (c >= '0' && c <= '9') digit = c - '0';
    if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    if (c == '>') break;
    if (digit < 0) continue;
    if (half >= 0 && !sink.put(static_cast<std::byte>(half << 4 | digit))) return out;
    half = half >= 0 ? -1 : digit;
  }
  if (half >= 0 && !sink.put(static_cast<std::byte>(half << 4))) return out;
  sink.flush();
  return out;
}

// 7.4.3
Brought ascii_85(Bytes packed, Budget& budget) {
  Brought out;
  Sink sink(out, budget);
  std::uint32_t group = 0;
  int count = 0;
  std::string_view text = as_text(packed);
  while (!text.empty() && is_white(text[0])) text.remove_prefix(1);
  if (text.starts_with("<~")) text.remove_prefix(2);
  for (const char c : text) {
    if (is_white(c)) continue;
    if (c == '~') break;
    if (c == 'z' && count == 0) {
      for (int i = 0; i < 4; ++i) {
        if (!sink.put('\0')) return out;
      }
      continue;
    }
    if (c < '!' || c > 'u') {
      if (sink.flush()) out.error = error_of(ErrorKind::malformed, "the ASCII85 data are damaged");
      return out;
    }
    group = group * 85 + static_cast<std::uint32_t>(c - '!');
    if (++count < 5) continue;
    for (int shift = 24; shift >= 0; shift -= 8) {
      if (!sink.put(static_cast<std::byte>(group >> shift & 0xff))) return out;
    }
    group = 0;
    count = 0;
  }
  for (int i = count; count > 1 && i < 5; ++i) group = group * 85 + 84;
  for (int i = 0; i + 1 < count; ++i) {
    if (!sink.put(static_cast<std::byte>(group >> (24 - 8 * i) & 0xff))) return out;
  }
  sink.flush();
  return out;
}

// 7.4.5
Brought run_length(Bytes packed, Budget& budget) {
  Brought out;
  Sink sink(out, budget);
  std::size_t at = 0;
  while (at < packed.size()) {
    const auto length = std::to_integer<std::size_t>(packed[at++]);
    if (length == 128) break;
    const bool copies = length > 128;
    const std::size_t count = copies ? 257 - length : length + 1;
    const std::size_t taken = copies ? 1 : count;
    if (taken > packed.size() - at) {
      if (sink.flush()) out.error = error_of(ErrorKind::truncated, "the run lengths end early");
      return out;
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (!sink.put(packed[copies ? at : at + i])) return out;
    }
    at += taken;
  }
  sink.flush();
  return out;
}

// 7.4.4: codes of 9 to 12 bits, most significant bit first.
class Lzw {
 public:
  Lzw(Bytes packed, bool early, Budget& budget)
      : packed_(packed), early_(early ? 1 : 0), sink_(out_, budget) {}

  Brought run() {
    constexpr unsigned clear = 256;
    constexpr unsigned end = 257;
    while (bit_ + width_ <= packed_.size() * 8) {
      const unsigned code = next();
      if (code == end) break;
      if (code == clear) {
        size_ = 258;
        width_ = 9;
        previous_ = none;
        continue;
      }
      if (code > size_ || (code == size_ && previous_ == none)) {
        if (sink_.flush()) {
          out_.error = error_of(ErrorKind::malformed, "the LZW data are damaged");
        }
        return std::move(out_);
      }
      if (!say(code)) return std::move(out_);
    }
    sink_.flush();
    return std::move(out_);
  }

 private:
  static constexpr unsigned none = 0xffff;

  unsigned next() {
    unsigned code = 0;
    for (unsigned i = 0; i < width_; ++i, ++bit_) {
      const auto b = std::to_integer<unsigned>(packed_[bit_ / 8]);
      code = code << 1 | (b >> (7 - bit_ % 8) & 1u);
    }
    return code;
  }

  // Writes what `code` stands for and adds the entry that it completes.
  bool say(unsigned code) {
    // The entry that is only now being completed is the one before and its first byte.
    const bool own = code == size_;
    word_.clear();
    for (unsigned at = own ? previous_ : code;; at = before_[at]) {
      word_.push_back(static_cast<std::byte>(at < 256 ? at : last_[at]));
      if (at < 258) break;
    }
    const std::byte first = word_.back();
    if (previous_ != none && size_ < 4096) {
      before_[size_] = static_cast<std::uint16_t>(previous_);
      last_[size_] = std::to_integer<std::uint8_t>(first);
      ++size_;
    }
    for (auto b = word_.rbegin(); b != word_.rend(); ++b) {
      if (!sink_.put(*b)) return false;
    }
    if (own && !sink_.put(first)) return false;
    previous_ = code;
    while (width_ < 12 && size_ + early_ >= (1u << width_)) ++width_;
    return true;
  }

  Bytes packed_;
  unsigned early_;
  Brought out_;
  Sink sink_;
  std::size_t bit_ = 0;
  unsigned width_ = 9;
  unsigned size_ = 258;
  unsigned previous_ = none;
  Buffer word_;
  std::array<std::uint16_t, 4096> before_{};
  std::array<std::uint8_t, 4096> last_{};
};

// Readers forgive a damaged head of a Flate stream; so does this.
Brought flate(Bytes packed, Budget& budget) {
  Brought out = inflate(packed, Wrapping::zlib, budget).brought;
  if (!out.error || !out.bytes.empty() || out.purse_empty) return out;
  for (const std::size_t skipped : {std::size_t{2}, std::size_t{0}}) {
    if (packed.size() <= skipped) continue;
    Brought bare = inflate(packed.subspan(skipped), Wrapping::none, budget).brought;
    if (!bare.error || bare.purse_empty) return bare;
  }
  // Ends of line in front are met in the wild.
  std::size_t begin = 0;
  while (begin < packed.size() && begin < 4 && is_white(as_text(packed)[begin])) ++begin;
  return begin == 0 ? out : inflate(packed.subspan(begin), Wrapping::zlib, budget).brought;
}

int paeth(int left, int up, int corner) {
  const int guess = left + up - corner;
  const int a = std::abs(guess - left);
  const int b = std::abs(guess - up);
  const int c = std::abs(guess - corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

// 7.4.4.4: in place; a PNG row loses its first byte.
void undo_prediction(Buffer& bytes, const PdfFilter& filter) {
  if (filter.predictor < 2) return;
  const auto sane = [](int value, int max) { return value >= 1 && value <= max; };
  if (!sane(filter.colors, 64) || !sane(filter.bits, 32) || !sane(filter.columns, 1 << 24)) return;
  const std::size_t row =
      (static_cast<std::size_t>(filter.columns) * static_cast<std::size_t>(filter.colors) *
           static_cast<std::size_t>(filter.bits) +
       7) /
      8;
  const std::size_t pixel =
      std::max<std::size_t>(1, static_cast<std::size_t>(filter.colors * filter.bits) / 8);
  if (filter.predictor == 2) {
    for (std::size_t at = 0; filter.bits == 8 && at < bytes.size(); ++at) {
      if (at % row < pixel) continue;
      bytes[at] = static_cast<std::byte>(std::to_integer<unsigned>(bytes[at]) +
                                         std::to_integer<unsigned>(bytes[at - pixel]));
    }
    return;
  }
  std::size_t out = 0;
  for (std::size_t in = 0; in < bytes.size(); in += row + 1) {
    const auto kind = std::to_integer<unsigned>(bytes[in]);
    const std::size_t size = std::min(row, bytes.size() - in - 1);
    for (std::size_t i = 0; i < size; ++i) {
      const int left = i < pixel ? 0 : std::to_integer<int>(bytes[out + i - pixel]);
      const int up = out < row ? 0 : std::to_integer<int>(bytes[out + i - row]);
      const int corner =
          i < pixel || out < row ? 0 : std::to_integer<int>(bytes[out + i - row - pixel]);
      int add = 0;
      if (kind == 1) add = left;
      if (kind == 2) add = up;
      if (kind == 3) add = (left + up) / 2;
      if (kind == 4) add = paeth(left, up, corner);
      bytes[out + i] = static_cast<std::byte>(std::to_integer<int>(bytes[in + 1 + i]) + add);
    }
    out += size;
  }
  bytes.resize(out);
}

Brought undo(const PdfFilter& filter, Bytes packed, Budget& budget) {
  const std::string& name = filter.name;
  if (name == "FlateDecode" || name == "Fl") return flate(packed, budget);
  if (name == "LZWDecode" || name == "LZW") return Lzw(packed, filter.early_change, budget).run();
  if (name == "ASCII85Decode" || name == "A85") return ascii_85(packed, budget);
  if (name == "ASCIIHexDecode" || name == "AHx") return ascii_hex(packed, budget);
  if (name == "RunLengthDecode" || name == "RL") return run_length(packed, budget);
  Brought out;
  out.error =
      error_of(ErrorKind::unsupported, fmt::format("packed by the filter {}, which is not read",
                                                   is_utf8(name) ? name : utf8_from_latin1(name)));
  return out;
}

}  // namespace

bool is_picture_filter(std::string_view name) {
  static constexpr std::array names = {"DCTDecode",      "DCT", "JPXDecode", "JBIG2Decode",
                                       "CCITTFaxDecode", "CCF"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

Brought unpack_pdf_stream(Bytes packed, const std::vector<PdfFilter>& filters, Budget& budget) {
  Brought out;
  if (filters.size() > pdf_filters_max) {
    out.error = error_of(ErrorKind::refused, "the stream has too many filters");
    return out;
  }
  bool first = true;
  for (const PdfFilter& filter : filters) {
    if (filter.name == "Crypt") continue;
    if (is_picture_filter(filter.name)) break;
    Brought next = undo(filter, first ? packed : Bytes(out.bytes), budget);
    // Damage in an earlier stage is not forgotten by what a later one makes of the rest.
    if (!next.error && out.error) next.error = out.error;
    out = std::move(next);
    first = false;
    if (out.purse_empty) return out;
    if (const auto paid = budget.step(out.bytes.size() / 4 + 1); !paid) {
      out.error = paid.error();
      out.purse_empty = true;
      return out;
    }
    const bool predicts = filter.predictor >= 2 && (filter.name[0] == 'F' || filter.name[0] == 'L');
    if (predicts) undo_prediction(out.bytes, filter);
  }
  if (first) bring(out, packed, budget);
  return out;
}

}  // namespace antidotary::unpack
