#include "unpack/codecs/text_codes.h"

#include <array>

#include "core/text.h"

namespace antidotary::unpack {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view binhex_digits =
    "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
static_assert(base64_digits.size() == 64 && binhex_digits.size() == 64);

using Table = std::array<std::int8_t, 256>;

Table table_of(std::string_view digits) {
  Table out;
  out.fill(-1);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    out[static_cast<unsigned char>(digits[i])] = static_cast<std::int8_t>(i);
  }
  return out;
}

// Six bits after six bits.
class Bits {
 public:
  explicit Bits(Buffer& out) : out_(out) {}
  void put(int six) {
    value_ = (value_ << 6 | static_cast<unsigned>(six)) & 0xffffff;
    count_ += 6;
    if (count_ < 8) return;
    count_ -= 8;
    out_.push_back(static_cast<std::byte>(value_ >> count_ & 0xff));
  }

 private:
  Buffer& out_;
  unsigned value_ = 0;
  unsigned count_ = 0;
};

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Buffer from_base64(std::string_view text) {
  static const Table digits = table_of(base64_digits);
  Buffer out;
  Bits bits(out);
  for (const char c : text) {
    if (c == '=') break;
    const int six = digits[static_cast<unsigned char>(c)];
    if (six >= 0) bits.put(six);
  }
  return out;
}

Buffer from_percent(std::string_view text) {
  Buffer out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() && text[i] == '%' ? hex_of(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_of(text[i + 2]) : -1;
    if (low >= 0) {
      out.push_back(static_cast<std::byte>(high << 4 | low));
      i += 2;
    } else {
      out.push_back(static_cast<std::byte>(text[i]));
    }
  }
  return out;
}

namespace {

// RFC 1741: 0x90 repeats the byte before it; with 0 it is itself.
Buffer without_runs(const Buffer& packed) {
  Buffer out;
  for (std::size_t i = 0; i < packed.size(); ++i) {
    if (packed[i] != std::byte{0x90}) {
      out.push_back(packed[i]);
      continue;
    }
    if (++i >= packed.size()) break;
    const auto count = std::to_integer<std::size_t>(packed[i]);
    if (count == 0) {
      out.push_back(std::byte{0x90});
    } else if (!out.empty()) {
      out.insert(out.end(), count - 1, out.back());
    }
  }
  return out;
}

std::size_t number_at(const Buffer& bytes, std::size_t at) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = out << 8 | std::to_integer<std::size_t>(bytes[at + i]);
  return out;
}

}  // namespace

std::optional<BinHex> from_binhex(std::string_view text) {
  static const Table digits = table_of(binhex_digits);
  const std::size_t mark = text.find("(This file must be converted with BinHex");
  if (mark == std::string_view::npos) return std::nullopt;
  const std::size_t begin = text.find("\n:", mark);
  const std::size_t other = text.find("\r:", mark);
  const std::size_t colon = std::min(begin, other);
  if (colon == std::string_view::npos) return std::nullopt;
  Buffer packed;
  Bits bits(packed);
  bool ended = false;
  for (const char c : text.substr(colon + 2)) {
    if ((ended = c == ':')) break;
    const int six = digits[static_cast<unsigned char>(c)];
    if (six >= 0) bits.put(six);
  }
  const Buffer bytes = without_runs(packed);
  const std::size_t name_bytes = bytes.empty() ? 0 : std::to_integer<std::size_t>(bytes[0]);
  const std::size_t head = 1 + name_bytes + 1 + 4 + 4 + 2;
  if (bytes.size() < head + 10) return std::nullopt;
  BinHex out;
  out.name = utf8_from_latin1(as_text(bytes).substr(1, name_bytes));
  const std::size_t data_bytes = number_at(bytes, head);
  const std::size_t resource_bytes = number_at(bytes, head + 4);
  const Bytes body = Bytes(bytes).subspan(head + 10);
  const std::size_t data = std::min(data_bytes, body.size());
  out.data = to_buffer(body.first(data));
  const std::size_t behind = std::min(body.size(), data + 2);
  const std::size_t resource = std::min(resource_bytes, body.size() - behind);
  out.resource = to_buffer(body.subspan(behind, resource));
  out.whole = ended && data == data_bytes && resource == resource_bytes;
  return out;
}

namespace {

// For each character from tab (31 stands for it) and blank up to 127, what it may be written as.
constexpr std::string_view script_table =
    "\x64\x37\x69\x50\x7E\x2C\x22\x5A\x65\x4A\x45\x72\x61\x3A\x5B\x5E\x79\x66\x5D\x59\x75"
    "\x5B\x27\x4C\x42\x76\x45\x60\x63\x76\x23\x62\x2A\x65\x4D\x43\x5F\x51\x33\x7E\x53\x42"
    "\x4F\x52\x20\x52\x20\x63\x7A\x26\x4A\x21\x54\x5A\x46\x71\x38\x20\x2B\x79\x26\x66\x32"
    "\x63\x2A\x57\x2A\x58\x6C\x76\x7F\x2B\x47\x7B\x46\x25\x30\x52\x2C\x31\x4F\x29\x6C\x3D"
    "\x69\x49\x70\x3F\x3F\x3F\x27\x78\x7B\x3F\x3F\x3F\x67\x5F\x51\x3F\x3F\x3F\x62\x29\x7A"
    "\x41\x24\x7E\x5A\x2F\x3B\x66\x39\x47\x32\x33\x41\x73\x6F\x77\x4D\x21\x56\x43\x75\x5F"
    "\x71\x28\x26\x39\x42\x78\x7C\x46\x6E\x53\x4A\x64\x48\x5C\x74\x31\x48\x67\x72\x36\x7D"
    "\x6E\x4B\x68\x70\x7D\x35\x49\x5D\x22\x3F\x6A\x55\x4B\x50\x3A\x6A\x69\x60\x2E\x23\x6A"
    "\x7F\x09\x71\x28\x70\x6F\x35\x65\x49\x7D\x74\x5C\x24\x2C\x5D\x2D\x77\x27\x54\x44\x59"
    "\x37\x3F\x25\x7B\x6D\x7C\x3D\x7C\x23\x6C\x43\x6D\x34\x38\x28\x6D\x5E\x31\x4E\x5B\x39"
    "\x2B\x6E\x7F\x30\x57\x36\x6F\x4C\x54\x74\x34\x34\x6B\x72\x62\x4C\x25\x4E\x33\x56\x30"
    "\x56\x73\x5E\x3A\x68\x73\x78\x55\x09\x57\x47\x4B\x77\x32\x61\x3B\x35\x24\x44\x2E\x4D"
    "\x2F\x64\x6B\x59\x4F\x44\x45\x3B\x21\x5C\x2D\x37\x68\x41\x53\x36\x61\x58\x58\x7A\x48"
    "\x79\x22\x2E\x09\x60\x50\x75\x6B\x2D\x38\x4E\x29\x55\x3D\x3F\x51\x67\x2F"sv;
static_assert(script_table.size() == 97 * 3);

constexpr std::string_view script_order =
    "1201202002021020102011200210200211020201011201021020112001120102";
static_assert(script_order.size() == 64);

using ScriptTables = std::array<std::array<char, 128>, 3>;

ScriptTables script_tables() {
  ScriptTables out{};
  for (std::size_t row = 0; row < script_table.size() / 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      const auto written = static_cast<unsigned char>(script_table[row * 3 + column]);
      // '<', '>' and '@' are written in two characters, whatever the table has at their place.
      const std::size_t plain = row + 31;
      if (plain == '<' || plain == '>' || plain == '@') continue;
      out[column][written] = row == 0 ? '\t' : static_cast<char>(plain);
    }
  }
  return out;
}

}  // namespace

std::optional<EncodedScript> next_encoded_script(std::string_view text, std::size_t at) {
  static const ScriptTables tables = script_tables();
  const std::size_t mark = text.find("#@~^", at);
  // Behind the mark a length of six characters and "==".
  if (mark == std::string_view::npos || text.size() - mark < 12) return std::nullopt;
  EncodedScript out;
  std::size_t i = mark + 12;
  std::size_t index = 0;
  for (; i < text.size(); ++i) {
    // The sum of eight characters and the end mark.
    if (text.substr(i, 12).ends_with("==^#~@")) {
      out.ended = true;
      i += 12;
      break;
    }
    const auto c = static_cast<unsigned char>(text[i]);
    char plain = static_cast<char>(c);
    if (c < 128) {
      const auto column = static_cast<std::size_t>(script_order[index++ % 64] - '0');
      if (c == '@' && i + 1 < text.size()) {
        static constexpr std::string_view from = "#&!*$";
        static constexpr std::string_view to = "\r\n<>@";
        const std::size_t which = from.find(text[i + 1]);
        if (which != std::string_view::npos) {
          plain = to[which];
          ++i;
        }
      } else if (tables[column][c] != '\0') {
        plain = tables[column][c];
      }
    }
    out.bytes.push_back(static_cast<std::byte>(plain));
  }
  out.end = i;
  return out;
}

}  // namespace antidotary::unpack
