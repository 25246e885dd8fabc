#include "formats/clam_type.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/reader.h"
#include "core/text.h"

namespace antidotary::formats {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t smallest_bytes = 6;

struct Magic {
  std::string_view bytes;
  std::string_view type;
  std::size_t offset = 0;
};

constexpr std::array magics = {
    Magic{"MZ"sv, "CL_TYPE_MSEXE"sv},
    Magic{"\x7f"
          "ELF"sv,
          "CL_TYPE_ELF"sv},
    Magic{"\xce\xfa\xed\xfe"sv, "CL_TYPE_MACHO"sv},
    Magic{"\xfe\xed\xfa\xce"sv, "CL_TYPE_MACHO"sv},
    Magic{"\xcf\xfa\xed\xfe"sv, "CL_TYPE_MACHO"sv},
    Magic{"\xfe\xed\xfa\xcf"sv, "CL_TYPE_MACHO"sv},
    Magic{"Rar!"sv, "CL_TYPE_RAR"sv},
    Magic{"PK\x03\x04"sv, "CL_TYPE_ZIP"sv},
    Magic{"PK00PK\x03\x04"sv, "CL_TYPE_ZIP"sv},
    Magic{"\x1f\x8b"sv, "CL_TYPE_GZ"sv},
    Magic{"BZh"sv, "CL_TYPE_BZ"sv},
    Magic{"\xfd"
          "7zXZ\0"sv,
          "CL_TYPE_XZ"sv},
    Magic{"7z\xbc\xaf\x27\x1c"sv, "CL_TYPE_7Z"sv},
    Magic{"\x60\xea"sv, "CL_TYPE_ARJ"sv},
    Magic{"SZDD"sv, "CL_TYPE_MSSZDD"sv},
    Magic{"MSCF\0\0\0\0"sv, "CL_TYPE_MSCAB"sv},
    Magic{"ITSF"sv, "CL_TYPE_MSCHM"sv},
    Magic{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "CL_TYPE_MSOLE2"sv},
    Magic{"#@~^"sv, "CL_TYPE_SCRENC"sv},
    Magic{"070701"sv, "CL_TYPE_CPIO_NEWC"sv},
    Magic{"070702"sv, "CL_TYPE_CPIO_CRC"sv},
    Magic{"070707"sv, "CL_TYPE_CPIO_ODC"sv},
    Magic{"\xc7\x71"sv, "CL_TYPE_CPIO_OLD"sv},
    Magic{"\x71\xc7"sv, "CL_TYPE_CPIO_OLD"sv},
    Magic{"(This file must be converted with BinHex 4.0)"sv, "CL_TYPE_BINHEX"sv},
    Magic{"ALZ\x01"sv, "CL_TYPE_ALZ"sv},
    Magic{"EGGA"sv, "CL_TYPE_EGG"sv},
    Magic{"xar!"sv, "CL_TYPE_XAR"sv},
    Magic{"%PDF-"sv, "CL_TYPE_PDF"sv},
    Magic{"%!PS-Adobe-"sv, "CL_TYPE_PS"sv},
    Magic{"{\\rt"sv, "CL_TYPE_RTF"sv},
    Magic{"GIF"sv, "CL_TYPE_GIF"sv},
    Magic{"\x89PNG"sv, "CL_TYPE_PNG"sv},
    Magic{"\xff\xd8\xff"sv, "CL_TYPE_JPEG"sv},
    Magic{"BM"sv, "CL_TYPE_GRAPHICS"sv},
    Magic{"\0\0\0\x0cjP  \r\n\x87\n"sv, "CL_TYPE_GRAPHICS"sv},
    Magic{"II*\0"sv, "CL_TYPE_TIFF"sv},
    Magic{"MM\0*"sv, "CL_TYPE_TIFF"sv},
    Magic{"RIFF"sv, "CL_TYPE_RIFF"sv},
    Magic{"RIFX"sv, "CL_TYPE_RIFF"sv},
    Magic{"FWS"sv, "CL_TYPE_SWF"sv},
    Magic{"CWS"sv, "CL_TYPE_SWF"sv},
    Magic{"ZWS"sv, "CL_TYPE_SWF"sv},
    Magic{"OggS"sv, "CL_TYPE_IGNORED"sv},
    Magic{"ID3"sv, "CL_TYPE_IGNORED"sv},
    Magic{"\xff\xfb\x90"sv, "CL_TYPE_IGNORED"sv},
    Magic{".RMF"sv, "CL_TYPE_IGNORED"sv},
    Magic{"SQLite format 3\0"sv, "CL_TYPE_IGNORED"sv},
    Magic{"\x78\x9f\x3e\x22"sv, "CL_TYPE_TNEF"sv},
    Magic{"begin "sv, "CL_TYPE_UUENCODED"sv},
    Magic{"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F"sv, "CL_TYPE_LNK"sv},
    Magic{"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"sv,
          "CL_TYPE_ONENOTE"sv},
    Magic{"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05"sv, "CL_TYPE_HWP3"sv},
    Magic{"\0\0\x01\xb3"sv, "CL_TYPE_BINARY_DATA"sv},
    Magic{"\0\0\x01\xba"sv, "CL_TYPE_BINARY_DATA"sv},
    Magic{"From "sv, "CL_TYPE_MAIL"sv},
    Magic{">From "sv, "CL_TYPE_MAIL"sv},
    Magic{"From: "sv, "CL_TYPE_MAIL"sv},
    Magic{"To: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Subject: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Date: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Received: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Received-SPF: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Return-Path: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Return-path: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Message-ID: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Message-Id: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Delivered-To: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Delivery-date: "sv, "CL_TYPE_MAIL"sv},
    Magic{"Envelope-to: "sv, "CL_TYPE_MAIL"sv},
    Magic{"X-Original-To: "sv, "CL_TYPE_MAIL"sv},
    Magic{"X-Envelope-From: "sv, "CL_TYPE_MAIL"sv},
    Magic{"X-UIDL: "sv, "CL_TYPE_MAIL"sv},
    Magic{"EFI PART"sv, "CL_TYPE_GPT"sv, 512},
    Magic{"ustar"sv, "CL_TYPE_POSIX_TAR"sv, 257},
};

// The white space and controls that clamscan takes for text; every byte from 0x80 on is text, too.
constexpr bool is_text_byte(unsigned char c) {
  return c >= 0x80 || (c >= 0x20 && c != 0x7f) || (c >= 7 && c <= 13 && c != 11) || c == 0x1b;
}

std::string_view charset_type(std::string_view head) {
  const auto octet = [&](std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(head[at]));
  };
  bool plain = true;
  for (std::size_t i = 0; i < head.size() && plain; ++i)
    plain = is_text_byte(static_cast<unsigned char>(octet(i)));
  if (plain) return "CL_TYPE_TEXT_ASCII";
  const bool little = head.starts_with("\xff\xfe");
  const bool marked = little || head.starts_with("\xfe\xff");
  // Without a mark big-endian is supposed; then no unit may be an ASCII control.
  for (std::size_t i = 2; i + 1 < head.size(); i += 2) {
    const unsigned unit = little ? octet(i) | (octet(i + 1) << 8) : (octet(i) << 8) | octet(i + 1);
    if (unit == 0xfffe) return "CL_TYPE_BINARY_DATA";
    if (!marked && unit < 0x80 && !is_text_byte(static_cast<unsigned char>(unit))) {
      return "CL_TYPE_BINARY_DATA";
    }
  }
  return little ? "CL_TYPE_TEXT_UTF16LE" : "CL_TYPE_TEXT_UTF16BE";
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool has_at(std::string_view text, std::size_t at, std::string_view lower_case) {
  if (text.size() - at < lower_case.size()) return false;
  for (std::size_t i = 0; i < lower_case.size(); ++i) {
    if (lower(text[at + i]) != lower_case[i]) return false;
  }
  return true;
}

constexpr std::array html_signs = {"<html>"sv, "<head>"sv, "<script"sv, "<iframe"sv,
                                   "<img"sv,   "<table"sv, "<object"sv};

// Whether a tag stands in `text` by which clamscan knows HTML, or `<a `, and `href` behind it.
bool shows_html(std::string_view text) {
  bool anchored = false;
  for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    for (const std::string_view sign : html_signs) {
      if (has_at(text, at, sign)) return true;
    }
    if (anchored || !has_at(text, at, "<a ")) continue;
    anchored = true;
    for (std::size_t i = at + 3; i < text.size(); ++i) {
      if (lower(text[i]) == 'h' && has_at(text, i, "href")) return true;
    }
  }
  return false;
}

// `first` at the start of a line, and `second` at the start of a later one.
bool has_lines(std::string_view lower_case, std::string_view first, std::string_view second) {
  std::size_t at = 0;
  for (const std::string_view field : {first, second}) {
    for (;; ++at) {
      at = lower_case.find(field, at);
      if (at == lower_case.npos) return false;
      if (at == 0 || lower_case[at - 1] == '\n') break;
    }
    at += field.size();
  }
  return true;
}

bool is_mail(std::string_view head) {
  return has_lines(head, "from:", "mime-version:") || has_lines(head, "from:", "content-type:") ||
         has_lines(head, "received:", "content-type:") ||
         has_lines(head, "delivered-to:", "received:");
}

bool is_xml(std::string_view head, std::string_view program, std::string_view schema) {
  const std::size_t at = head.find("<?xml");
  return at != head.npos &&
         (head.find(program, at) != head.npos || head.find(schema, at) != head.npos);
}

bool is_lha(std::string_view text) {
  if (text.size() < 7 || text[2] != '-' || text[6] != '-') return false;
  const std::string_view method = text.substr(3, 3);
  if (method.starts_with("lh")) return "01234567dx"sv.find(method[2]) != std::string_view::npos;
  return method == "lzs" || method == "lz4" || method == "lz5" || method == "pm0";
}

bool is_python_compiled(std::string_view text) {
  if (text.substr(1, 3) == "\r\r\n") return true;
  // Before 3.5 the second byte counts with the first; both orders of publication are covered.
  return text.substr(2, 2) == "\r\n" && (text[1] == '\x0c' || text[1] == '\xf2' ||
                                         text.starts_with("\x03\xf3") || text[0] == '\x04');
}

// A DOS stub of 60 to 300 bytes between both marks, wherever it stands in the head.
bool holds_program(std::string_view head) {
  constexpr std::size_t gap_min = 60, gap_max = 300;
  const auto mark = "PE\0\0"sv;
  for (std::size_t at = head.find("MZ"); at != head.npos; at = head.find("MZ", at + 1)) {
    const std::size_t stub = at + 2;
    const std::size_t end = std::min(head.size(), stub + gap_max + mark.size());
    if (end >= stub + gap_min &&
        head.substr(stub + gap_min, end - stub - gap_min).find(mark) != head.npos) {
      return true;
    }
  }
  return false;
}

// The marks of what clamscan calls more than text or data, the strongest first. Empty: none.
std::string_view sign_in_head(std::string_view head) {
  const std::string low = ascii_lower(head);
  if (low.find("<xdp:xdp") != low.npos) return "CL_TYPE_XDP";
  if (is_xml(low, "progid=\"word.document\"", "schemas.microsoft.com/office/word/2003/wordml")) {
    return "CL_TYPE_XML_WORD";
  }
  if (is_xml(low, "schemas-microsoft-com:office:spreadsheet",
             "schemas-microsoft-com:office:spreadsheet")) {
    return "CL_TYPE_XML_XL";
  }
  if (has_lines(low, "mime-version:", "content-type:")) return "CL_TYPE_MHTML";
  if (is_mail(low)) return "CL_TYPE_MAIL";
  if (shows_html(low)) return "CL_TYPE_HTML";
  if (head.size() >= 512 && head.substr(510, 2) == "\x55\xaa") return "CL_TYPE_MBR";
  if (head.find("%PDF-") != head.npos) return "CL_TYPE_PDF";
  if (head.size() >= 8 && head.starts_with("\xca\xfe\xba\xbe\0\0\0"sv)) {
    const auto count = static_cast<unsigned char>(head[7]);
    if (count < 0x20) return "CL_TYPE_MACHO_UNIBIN";
    if (count < 0x40) return "CL_TYPE_JAVA";
  }
  if (is_lha(head)) return "CL_TYPE_LHA_LZH";
  if (is_python_compiled(head)) return "CL_TYPE_PYTHON_COMPILED";
  if (holds_program(head)) return "CL_TYPE_MSEXE";
  return {};
}

// A tar header from before POSIX is known by its checksum alone: six octal digits, at 148.
bool is_old_tar(Bytes bytes) {
  if (bytes.size() < 512) return false;
  std::uint32_t sum = 8 * ' ';
  for (std::size_t i = 0; i < 512; ++i) {
    if (i < 148 || i >= 156) sum += std::to_integer<std::uint32_t>(bytes[i]);
  }
  std::uint32_t stored = 0;
  unsigned digits = 0;
  for (const char c : as_text(bytes.subspan(148, 8))) {
    if (c == ' ' && digits == 0) continue;
    if (c < '0' || c > '7') break;
    stored = stored * 8 + static_cast<std::uint32_t>(c - '0');
    ++digits;
  }
  return digits > 0 && stored == sum;
}

std::string_view head_of(Bytes bytes) {
  return as_text(bytes.first(std::min(bytes.size(), clam_head_bytes)));
}

std::string without_nul(std::string_view text) {
  std::string out(text);
  out.erase(std::remove(out.begin(), out.end(), '\0'), out.end());
  return out;
}

struct TypeTarget {
  std::string_view type;
  std::uint8_t target;
};

constexpr std::array targets = {
    TypeTarget{"CL_TYPE_MSEXE", 1},        TypeTarget{"CL_TYPE_MSOLE2", 2},
    TypeTarget{"CL_TYPE_HTML", 3},         TypeTarget{"CL_TYPE_HTML_UTF16", 3},
    TypeTarget{"CL_TYPE_MAIL", 4},         TypeTarget{"CL_TYPE_GRAPHICS", 5},
    TypeTarget{"CL_TYPE_GIF", 5},          TypeTarget{"CL_TYPE_PNG", 5},
    TypeTarget{"CL_TYPE_JPEG", 5},         TypeTarget{"CL_TYPE_TIFF", 5},
    TypeTarget{"CL_TYPE_ELF", 6},          TypeTarget{"CL_TYPE_TEXT_ASCII", 7},
    TypeTarget{"CL_TYPE_TEXT_UTF8", 7},    TypeTarget{"CL_TYPE_TEXT_UTF16LE", 7},
    TypeTarget{"CL_TYPE_TEXT_UTF16BE", 7}, TypeTarget{"CL_TYPE_SCRIPT", 7},
    TypeTarget{"CL_TYPE_MACHO", 9},        TypeTarget{"CL_TYPE_MACHO_UNIBIN", 9},
    TypeTarget{"CL_TYPE_PDF", 10},         TypeTarget{"CL_TYPE_SWF", 11},
    TypeTarget{"CL_TYPE_JAVA", 12},        TypeTarget{"CL_TYPE_INTERNAL", 13},
    TypeTarget{"CL_TYPE_BINARY_DATA", 14}, TypeTarget{"CL_TYPE_PYTHON_COMPILED", 14},
};

}  // namespace

ClamType tell_clam_type(Bytes bytes) {
  using By = ClamType::By;
  if (bytes.size() < smallest_bytes) return {"CL_TYPE_ANY", By::charset};
  const std::string_view head = head_of(bytes);
  const std::string_view charset = charset_type(head);
  for (const Magic& magic : magics) {
    if (head.size() >= magic.offset && head.substr(magic.offset).starts_with(magic.bytes)) {
      return {magic.type, By::magic, charset};
    }
  }
  if (const std::string_view sign = sign_in_head(head); !sign.empty()) {
    return {sign, By::sign, charset};
  }
  if (charset == "CL_TYPE_BINARY_DATA") {
    return {is_old_tar(bytes) ? "CL_TYPE_OLD_TAR" : charset, By::charset, charset};
  }
  if (charset == "CL_TYPE_TEXT_ASCII") {
    return {shows_html(as_text(bytes)) ? "CL_TYPE_HTML" : charset, By::charset, charset};
  }
  if (!shows_html(without_nul(head))) return {charset, By::charset, charset};
  // Where the mark is missing, the low bytes tell: `<` stands before its NUL.
  const bool little = head.starts_with("\xff\xfe") || head.find("<\0"sv) < head.find("\0<"sv);
  return {little ? "CL_TYPE_HTML_UTF16" : "CL_TYPE_HTML", By::sign, charset};
}

std::string_view clam_type(Bytes bytes) { return tell_clam_type(bytes).type; }

std::uint8_t target_of(std::string_view clam_type) {
  const auto found = std::find_if(targets.begin(), targets.end(),
                                  [&](const TypeTarget& one) { return one.type == clam_type; });
  return found == targets.end() ? 0 : found->target;
}

RawMatch raw_match(std::string_view clam_type, Bytes bytes) {
  if (bytes.size() < smallest_bytes || clam_type == "CL_TYPE_IGNORED") return RawMatch::none;
  switch (target_of(clam_type)) {
    case 3: {
      const std::string_view head = head_of(bytes);
      const bool early = shows_html(head) || shows_html(without_nul(head));
      return early ? RawMatch::digests : RawMatch::any;
    }
    case 7:
      return RawMatch::any;
    default:
      return RawMatch::all;
  }
}

}  // namespace antidotary::formats
