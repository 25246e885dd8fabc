#include "formats/identify.h"

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "core/text.h"

namespace antidotary::formats {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t looked_at_bytes_max = 64u << 10;
// Whether bytes are text shows early; reading on would make plain files dear.
constexpr std::size_t text_bytes_max = 4u << 10;

struct Magic {
  std::string_view bytes;
  Format format;
};

constexpr std::array magics = {
    Magic{"PK\x03\x04"sv, Format::zip},
    Magic{"PK\x05\x06"sv, Format::zip},
    Magic{"PK\x07\x08PK\x03\x04"sv, Format::zip},
    Magic{"\x1f\x8b\x08"sv, Format::gzip},
    Magic{"\xfd"
          "7zXZ\0"sv,
          Format::xz},
    Magic{"\x28\xb5\x2f\xfd"sv, Format::zstd},
    Magic{"7z\xbc\xaf\x27\x1c"sv, Format::seven_zip},
    Magic{"Rar!\x1a\x07"sv, Format::rar},
    Magic{"MSCF\0\0\0\0"sv, Format::cab},
    Magic{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, Format::ole2},
    Magic{"%PDF-"sv, Format::pdf},
    Magic{"\x7f"
          "ELF"sv,
          Format::elf},
    Magic{"regf"sv, Format::regf},
    Magic{"CREG"sv, Format::creg},
    Magic{"GIF87a"sv, Format::gif},
    Magic{"GIF89a"sv, Format::gif},
    Magic{"\xff\xd8\xff"sv, Format::jpeg},
    Magic{"\x89PNG\r\n\x1a\n"sv, Format::png},
};

bool is_bzip2(std::string_view text) {
  return text.size() >= 10 && text.starts_with("BZh") && text[3] >= '1' && text[3] <= '9' &&
         (text.substr(4, 6) == "1AY&SY"sv || text.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv);
}

bool is_pe(Bytes bytes) {
  if (bytes.size() < 64 || !as_text(bytes).starts_with("MZ")) return false;
  const std::uint32_t at = load_u32_le(bytes, 0x3c);
  return at <= bytes.size() - 4 && as_text(bytes.subspan(at, 4)) == "PE\0\0"sv;
}

bool is_tar(Bytes bytes) {
  // POSIX.1-1988 ustar and GNU alike write "ustar" at 257 of the first 512-byte header.
  return bytes.size() >= 512 && as_text(bytes.subspan(257, 5)) == "ustar";
}

// "From address date": the line that stands before each message of a mailbox.
bool is_mbox(std::string_view text) {
  if (!text.starts_with("From ")) return false;
  const std::string_view line = text.substr(0, text.find('\n'));
  for (std::size_t i = 2; i + 2 < line.size(); ++i) {
    const auto digit = [&line](std::size_t at) { return line[at] >= '0' && line[at] <= '9'; };
    if (line[i] == ':' && digit(i - 2) && digit(i - 1) && digit(i + 1) && digit(i + 2)) return true;
  }
  return false;
}

constexpr std::array known_fields = {
    "received"sv,
    "from"sv,
    "to"sv,
    "subject"sv,
    "date"sv,
    "message-id"sv,
    "reply-to"sv,
    "return-path"sv,
    "mime-version"sv,
    "content-type"sv,
    "cc"sv,
    "sender"sv,
    "delivered-to"sv,
    "x-mailer"sv,
    "x-priority"sv,
    "importance"sv,
    "references"sv,
    "in-reply-to"sv,
    "bcc"sv,
    "content-transfer-encoding"sv,
    "x-originating-ip"sv,
    "dkim-signature"sv,
    "x-spam-status"sv,
    "status"sv,
};

// A block of header fields of which two are fields of messages: one alone is in many text files.
bool is_message(std::string_view text) {
  unsigned known = 0;
  while (!text.empty() && known < 2) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line == "\r") return false;
    if (line[0] == ' ' || line[0] == '\t') continue;
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon > 76) return false;
    for (const char c : line.substr(0, colon)) {
      if (c <= ' ' || c > '~') return false;
    }
    const std::string name = ascii_lower(line.substr(0, colon));
    known += std::find(known_fields.begin(), known_fields.end(), name) != known_fields.end();
  }
  return known >= 2;
}

bool is_html(std::string_view text) {
  const std::string head = ascii_lower(trim(text.substr(0, 1024)));
  for (const std::string_view sign : {"<!doctype html"sv, "<html"sv, "<head"sv, "<body"sv}) {
    if (head.starts_with(sign)) return true;
  }
  return (head.starts_with("<!--") || head.starts_with("<?xml") || head.starts_with("mime-")) &&
         head.find("<html") != std::string::npos;
}

bool is_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1b') ||
           c == 0x7f;
  });
}

}  // namespace

std::string_view name_of(Format format) {
  static constexpr std::array names = {
      "unknown"sv, "empty"sv, "text"sv, "html"sv, "message"sv,   "mbox"sv, "zip"sv,  "gzip"sv,
      "bzip2"sv,   "xz"sv,    "zstd"sv, "tar"sv,  "seven_zip"sv, "rar"sv,  "cab"sv,  "ole2"sv,
      "pdf"sv,     "pe"sv,    "elf"sv,  "regf"sv, "creg"sv,      "gif"sv,  "jpeg"sv, "png"sv};
  const auto index = static_cast<std::size_t>(format);
  return index < names.size() ? names[index] : "unknown"sv;
}

Format identify(Bytes all) {
  if (all.empty()) return Format::empty;
  const Bytes bytes = all.first(std::min(all.size(), looked_at_bytes_max));
  std::string_view text = as_text(bytes);
  for (const Magic& magic : magics) {
    if (text.starts_with(magic.bytes)) return magic.format;
  }
  if (is_bzip2(text)) return Format::bzip2;
  if (is_pe(bytes)) return Format::pe;
  if (is_tar(bytes)) return Format::tar;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (is_mbox(text)) return Format::mbox;
  if (is_message(text)) return Format::message;
  if (is_html(text)) return Format::html;
  return is_text(text.substr(0, text_bytes_max)) ? Format::text : Format::unknown;
}

}  // namespace antidotary::formats
