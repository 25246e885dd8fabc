#include "formats/identify.h"

#include <algorithm>
#include <array>

#include "core/reader.h"
#include "core/text.h"
#include "formats/magics.h"
#include "formats/mime/lenient.h"
#include "formats/xml_root.h"

namespace antidotary::formats {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t looked_at_bytes_max = 64u << 10;
// Whether bytes are text shows early; reading on would make plain files dear.
constexpr std::size_t text_bytes_max = 4u << 10;

bool is_bzip2(std::string_view text) {
  return text.size() >= 10 && text.starts_with("BZh") && text[3] >= '1' && text[3] <= '9' &&
         (text.substr(4, 6) == "1AY&SY"sv || text.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv);
}

bool at(Bytes bytes, std::size_t offset, std::string_view mark) {
  return offset <= bytes.size() && mark.size() <= bytes.size() - offset &&
         as_text(bytes.subspan(offset, mark.size())) == mark;
}

bool is_pe(Bytes bytes) {
  if (bytes.size() < 64 || !as_text(bytes).starts_with("MZ")) return false;
  const std::uint32_t at = load_u32_le(bytes, 0x3c);
  return at <= bytes.size() - 4 && as_text(bytes.subspan(at, 4)) == "PE\0\0"sv;
}

// A sum of a header's bytes, its own field (148 to 155) taken as blanks, stands in octal digits:
// tar before POSIX.1-1988 has no other mark.
bool has_tar_sum(Bytes bytes) {
  if (bytes.size() < 512 || bytes[0] == std::byte{0}) return false;
  std::uint32_t stated = 0;
  std::size_t digits = 0;
  for (std::size_t i = 148; i < 156; ++i) {
    const auto c = std::to_integer<unsigned char>(bytes[i]);
    if (c >= '0' && c <= '7') {
      stated = stated * 8 + (c - '0');
      ++digits;
    } else if (c != ' ' && c != 0) {
      return false;
    }
  }
  if (digits == 0) return false;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 512; ++i) {
    sum += i >= 148 && i < 156 ? ' ' : std::to_integer<unsigned char>(bytes[i]);
  }
  return sum == stated;
}

// POSIX.1-1988 ustar and GNU alike write "ustar" at 257 of the first 512-byte header.
bool is_tar(Bytes bytes) {
  return (bytes.size() >= 512 && at(bytes, 257, "ustar")) || has_tar_sum(bytes);
}

// "-lh5-" and kin at 2 of the first header.
bool is_lha(std::string_view text) {
  if (text.size() < 22 || text[2] != '-' || text[6] != '-') return false;
  const std::string_view method = text.substr(3, 3);
  return (method[0] == 'l' && (method[1] == 'h' || method[1] == 'z') &&
          std::string_view("0123456789dsx").find(method[2]) != std::string_view::npos) ||
         method == "pm0" || method == "pm1" || method == "pm2";
}

// LZMA alone has no magic: its properties, a dictionary of one or two set bits, a size that is
// unknown or sane.
bool is_lzma(Bytes bytes) {
  if (bytes.size() < 14 || bytes[0] != std::byte{0x5d}) return false;
  const std::uint32_t dictionary = load_u32_le(bytes, 1);
  const std::uint64_t size = load_u64_le(bytes, 5);
  std::uint32_t low = dictionary & (~dictionary + 1);
  const bool sane = dictionary >= 4096 &&
                    (dictionary == low || dictionary == low * 3 || dictionary == 0xffffffff);
  return sane && (size == ~0ull || size < (1ull << 40)) && bytes[13] == std::byte{0};
}

// 0xCAFEBABE opens a Java class (a version of 45 or more follows) and a universal program (a
// handful of parts follow).
Format cafebabe(Bytes bytes) {
  if (bytes.size() < 8) return Format::unknown;
  const auto low = static_cast<std::uint32_t>(bytes[6]) << 8 | static_cast<std::uint32_t>(bytes[7]);
  const bool high = bytes[4] != std::byte{0} || bytes[5] != std::byte{0};
  return !high && low < 45 ? Format::macho_universal : Format::java_class;
}

// Formats whose magic is short enough to stand in other files by chance, with what else must hold.
void add_short_magics(Bytes bytes, Guesses& out) {
  if (bytes.size() < 16) return;
  const std::string_view text = as_text(bytes);
  const bool swf = text.substr(1, 2) == "WS" && std::string_view("FCZ").find(text[0]) != text.npos;
  // Version, then the length of the whole: no line of text reads as less than half a gigabyte.
  if (swf && bytes[3] < std::byte{64} && load_u32_le(bytes, 4) < (1u << 29)) {
    out.add(Format::swf, Confidence::strong);
  }
  // A basic header of at most 2,600 bytes, its first part of at least 30.
  const std::uint16_t header = load_u16_le(bytes, 2);
  if (text.starts_with("\x60\xea") && header <= 2600 && header >= 30 && bytes[4] >= std::byte{30}) {
    out.add(Format::arj, Confidence::strong);
  }
  // Codes of 9 to 16 bits.
  const auto bits = std::to_integer<unsigned>(bytes[2]) & 0x1fu;
  if (text.starts_with("\x1f\x9d") && bits >= 9 && bits <= 16) {
    out.add(Format::compress, Confidence::strong);
  }
  if (text.starts_with("BM") && load_u32_le(bytes, 6) == 0 && load_u32_le(bytes, 10) < 4096) {
    out.add(Format::bmp, Confidence::weak);
  }
}

// Disks and volumes keep their marks behind room for a boot program.
void add_disks(Bytes bytes, Guesses& out) {
  if (at(bytes, 512, "EFI PART")) out.add(Format::gpt, Confidence::strong);
  if (at(bytes, 0, "ER") && at(bytes, 512, "PM")) out.add(Format::apm, Confidence::strong);
  if (at(bytes, 3, "NTFS    ")) out.add(Format::ntfs, Confidence::strong);
  if (at(bytes, 32769, "CD001")) out.add(Format::iso9660, Confidence::strong);
  for (std::size_t sector = 16; sector < 24; ++sector) {
    if (at(bytes, sector * 2048 + 1, "NSR0")) out.add(Format::udf, Confidence::strong);
  }
  if (bytes.size() >= 2048 && (at(bytes, 1024, "H+\0\4"sv) || at(bytes, 1024, "HX\0\5"sv))) {
    out.add(Format::hfs_plus, Confidence::strong);
  }
  if (bytes.size() >= 2048 && at(bytes, 1080, "\x53\xef") && at(bytes, 1024 + 0x4d, "\0"sv)) {
    out.add(Format::ext, Confidence::weak);
  }
  if (!at(bytes, 510, "\x55\xaa")) return;
  if (at(bytes, 54, "FAT") || at(bytes, 82, "FAT32")) {
    out.add(Format::fat, Confidence::strong);
  } else if (out.empty()) {
    // Four rows of a partition table: a state of 0 or 0x80, and one with a type and a length.
    bool sane = true;
    bool any = false;
    for (std::size_t row = 446; row < 510; row += 16) {
      const auto state = std::to_integer<unsigned>(bytes[row]);
      sane = sane && (state == 0 || state == 0x80);
      any = any || (bytes[row + 4] != std::byte{0} && load_u32_le(bytes, row + 12) != 0);
    }
    if (sane && any) out.add(Format::mbr, Confidence::weak);
  }
}

// What stands at the end of some disk images.
void add_trailers(Bytes all, Guesses& out) {
  if (all.size() < 512) return;
  const Bytes last = all.last(512);
  if (at(last, 0, "koly\0\0\0\4"sv)) out.add(Format::dmg, Confidence::strong);
  if (at(last, 0, "conectix")) out.add(Format::vhd, Confidence::strong);
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
    "content-disposition"sv,
    "x-originating-ip"sv,
    "dkim-signature"sv,
    "x-spam-status"sv,
    "status"sv,
};

// What stands before or between the fields of a message that somebody still reads as one.
constexpr unsigned odd_lines_max = 4;
// And how many NUL are in its fields: the head of a tar or zip with a mail in it has more.
constexpr std::ptrdiff_t nul_max = 4;

// The name of the field that a line begins, in small letters; empty where it is none.
std::string field_name(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon > 76) return {};
  std::string name;
  for (const char c : trim(line.substr(0, colon))) {
    if (c == ' ' || c == '\t') return {};
    // Controls and bytes of 8 bits hide a name from some readers and not from others.
    if (c > ' ' && c <= '~') name += c;
  }
  return ascii_lower(name);
}

// A block of header fields of which two are fields of messages: one alone is in many text files.
bool is_message(std::string_view text, std::ptrdiff_t nuls = nul_max) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  // Filters and delivery programs put a line before it that is no mailbox's, having no date:
  // clamav-milter hands its clamd "From clamav-milter" and the message.
  if (text.starts_with("From ") || text.starts_with(">From ")) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  }
  unsigned known = 0;
  unsigned odd = 0;
  for (std::size_t at = 0; at < text.size() && known < 2;) {
    const mime::Line ends = mime::line_at(text, at);
    const std::string_view line = text.substr(at, ends.end - at);
    at = ends.next;
    nuls -= std::count(line.begin(), line.end(), '\0');
    if (nuls < 0) return false;
    if (!line.empty() && (line[0] == ' ' || line[0] == '\t')) continue;
    if (line.empty() && known > 0) return false;
    const std::string name = field_name(line);
    if (name.empty() && ++odd > odd_lines_max) return false;
    known += std::find(known_fields.begin(), known_fields.end(), name) != known_fields.end();
  }
  return known >= 2;
}

// Apple Mail's .emlx: a line that says how long the message behind it is.
bool is_emlx(std::string_view text) {
  const std::string_view line = trim(text.substr(0, std::min<std::size_t>(text.find('\n'), 32)));
  if (line.empty() || line.find_first_not_of("0123456789") != line.npos) return false;
  return line.size() <= 10 && text.find('\n') < 32 && is_message(text.substr(text.find('\n') + 1));
}

// What a page, or a part of one that a browser shows all the same, begins with.
constexpr std::array html_signs = {
    "<!doctype html"sv, "<html"sv,  "<head"sv,   "<body"sv,  "<a"sv,   "<script"sv,
    "<meta"sv,          "<title"sv, "<table"sv,  "<div"sv,   "<img"sv, "<form"sv,
    "<iframe"sv,        "<style"sv, "<object"sv, "<center"sv};

bool is_html(std::string_view text) {
  const std::string head = ascii_lower(trim(text.substr(0, 1024)));
  for (const std::string_view sign : html_signs) {
    if (!head.starts_with(sign)) continue;
    const char next = head.size() > sign.size() ? head[sign.size()] : '>';
    if (next == '>' || next == ' ' || next == '\n' || next == '\r' || next == '\t') return true;
  }
  return (head.starts_with("<!--") || head.starts_with("<?xml") || head.starts_with("mime-")) &&
         head.find("<html") != std::string::npos;
}

// XML by its declaration, unless it is XHTML.
bool is_xml(std::string_view text) {
  const std::string_view head = trim(text.substr(0, 4096));
  return head.starts_with("<?xml") && ascii_lower(head).find("<html") == std::string::npos;
}

Format xml_of(std::string_view text) {
  const std::string head = ascii_lower(text.substr(0, 4096));
  if (head.find("<svg") != std::string::npos) return Format::svg;  // inside another root
  if (head.find("xdp:xdp") != std::string::npos) return Format::xdp;
  return Format::xml;
}

// "begin 644 name" and a line whose first character says its length.
bool is_uuencode(std::string_view text) {
  if (!text.starts_with("begin ") || text.size() < 12) return false;
  for (std::size_t i = 6; i < 9; ++i) {
    if (text[i] < '0' || text[i] > '7') return false;
  }
  return text[9] == ' ' && text.find('\n') != std::string_view::npos;
}

bool is_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1b') ||
           c == 0x7f;
  });
}

void add_other_text(std::string_view text, Guesses& out) {
  if (is_xml(text)) return out.add(xml_of(text), Confidence::strong);
  if (is_html(text)) return out.add(Format::html, Confidence::strong);
  if (is_uuencode(text)) return out.add(Format::uuencode, Confidence::strong);
  if (text.find("(This file must be converted with BinHex") != std::string_view::npos) {
    return out.add(Format::binhex, Confidence::strong);
  }
  if (is_text(text.substr(0, text_bytes_max))) out.add(Format::text, Confidence::weak);
}

// `more`: `text` is not all there is.
void add_text(std::string_view text, bool more, Guesses& out) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const XmlRoot root = xml_root(text);
  if (root.name == "svg") {
    // A page to one reader, by its DOCTYPE, is a picture to another.
    if (is_html(text)) out.add(Format::html, Confidence::strong);
    return out.add(Format::svg, Confidence::strong);
  }
  add_other_text(text, out);
  // What begins behind so long a prolog is not seen here: only a picture's scripts need its format.
  if (root.cut && more) out.add(Format::svg, Confidence::weak);
}

}  // namespace

void Guesses::add(Format format, Confidence confidence) {
  const bool known =
      std::any_of(begin(), end(), [format](const Guess& guess) { return guess.format == format; });
  if (known || count_ == guesses_max) return;
  all_[count_++] = {format, confidence};
}

Guesses identify_all(Bytes all) {
  Guesses out;
  if (all.empty()) {
    out.add(Format::empty, Confidence::strong);
    return out;
  }
  const Bytes bytes = all.first(std::min(all.size(), looked_at_bytes_max));
  const std::string_view text = as_text(bytes);
  // First, since any mark may stand in a message's first field.
  if (is_mbox(text)) {
    out.add(Format::mbox, Confidence::strong);
  } else if (is_emlx(text)) {
    out.add(Format::emlx, Confidence::strong);
  } else if (is_message(text)) {
    out.add(Format::message, Confidence::strong);
  }
  for (const Magic& magic : magics()) {
    if (at(bytes, magic.offset, magic.bytes)) out.add(magic.format, magic.confidence);
  }
  if (is_bzip2(text)) out.add(Format::bzip2, Confidence::strong);
  if (is_pe(bytes)) out.add(Format::pe, Confidence::strong);
  if (text.starts_with("\xca\xfe\xba\xbe")) out.add(cafebabe(bytes), Confidence::strong);
  if (is_tar(bytes)) out.add(Format::tar, Confidence::strong);
  add_short_magics(bytes, out);
  if (is_lha(text)) out.add(Format::lha, Confidence::strong);
  if (is_lzma(bytes)) out.add(Format::lzma, Confidence::weak);
  add_disks(bytes, out);
  add_trailers(all, out);
  // Readers of PDF look for its mark in the first 1,024 bytes.
  if (text.substr(0, 1024).find("%PDF-") != std::string_view::npos) {
    out.add(Format::pdf, Confidence::strong);
  }
  // Whatever it holds, nobody else claims it.
  if (out.empty() && is_message(text, static_cast<std::ptrdiff_t>(text.size()))) {
    out.add(Format::message, Confidence::strong);
  }
  if (out.empty()) add_text(text, all.size() > bytes.size(), out);
  if (out.empty()) out.add(Format::unknown, Confidence::weak);
  return out;
}

Format identify(Bytes bytes) { return identify_all(bytes)[0].format; }

}  // namespace antidotary::formats
