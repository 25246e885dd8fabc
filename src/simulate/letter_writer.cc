// LetterWriter: headers, parts, base64.
#include "simulate/letter_writer.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"

namespace antidotary::simulate {
namespace {

constexpr std::string_view boundary = "----=_inert_specimen_0001";

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string base64(Bytes bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (i < left ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out.push_back(i <= left ? digits[group >> (18 - 6 * i) & 63] : '=');
    }
  }
  return out;
}

// Header text: line ends become blanks, so that no value can begin a header of its own.
std::string header_text(std::string_view value) {
  std::string line(value);
  std::replace(line.begin(), line.end(), '\r', ' ');
  std::replace(line.begin(), line.end(), '\n', ' ');
  return is_plain(line) ? line : "=?utf-8?B?" + base64(as_bytes(line)) + "?=";
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : header_text(value)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out.push_back('\r');
    out.push_back(c);
  }
  if (!text.ends_with('\n')) out += "\r\n";
  return out;
}

std::string text_part(std::string_view type, const std::string& text) {
  return fmt::format(
      "--{}\r\nContent-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}",
      boundary, type, with_crlf(text));
}

std::string enclosure_part(const Enclosure& enclosure) {
  return fmt::format(
      "--{}\r\nContent-Type: {};\r\n name={}\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment;\r\n filename={}\r\n\r\n{}",
      boundary, enclosure.media_type, quoted(enclosure.name), quoted(enclosure.name),
      base64_lines(enclosure.data));
}

}  // namespace

std::string base64_lines(Bytes bytes) {
  constexpr std::size_t bytes_a_line = 57;
  std::string out;
  while (!bytes.empty()) {
    const std::size_t take = std::min(bytes_a_line, bytes.size());
    out += base64(bytes.first(take)) + "\r\n";
    bytes = bytes.subspan(take);
  }
  return out;
}

std::string write_letter(const LetterSpec& letter) {
  const std::string sender = letter.from_name.empty() ? header_text(letter.from_address)
                                                      : quoted(letter.from_name) + " <" +
                                                            header_text(letter.from_address) + ">";
  std::string out = fmt::format(
      "From: {}\r\nTo: \"Alice\" <alice@example.org>\r\nSubject: {}\r\n"
      "Date: {} 09:00:00 +0000\r\nMessage-ID: <{}@example.org>\r\nMIME-Version: 1.0\r\n",
      sender, header_text(letter.subject), letter.day, letter.id);
  if (letter.importance_high) out += "Importance: high\r\nX-Priority: 1\r\n";
  if (letter.html.empty() && letter.enclosures.empty()) {
    return out +
           "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
           with_crlf(letter.text);
  }
  out += fmt::format(
      "Content-Type: multipart/mixed; boundary=\"{}\"\r\n\r\nThis is a message in several parts."
      "\r\n\r\n{}",
      boundary, text_part("plain", letter.text));
  if (!letter.html.empty()) out += text_part("html", letter.html);
  for (const Enclosure& enclosure : letter.enclosures) out += enclosure_part(enclosure);
  return out + fmt::format("--{}--\r\n", boundary);
}

std::string write_mailbox(const std::vector<std::string>& messages) {
  std::string out;
  for (const std::string& message : messages) {
    out += "From MAILER-DAEMON Fri Aug  1 09:00:00 2003\n";
    std::string_view rest = message;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      // mboxrd: one '>' more before whatever could be taken for a separator.
      const std::size_t first = std::min(line.find_first_not_of('>'), line.size());
      if (line.substr(first).starts_with("From ")) out.push_back('>');
      out += line;
      out.push_back('\n');
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    out.push_back('\n');
  }
  return out;
}

}  // namespace antidotary::simulate
