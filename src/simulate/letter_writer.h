// Letters: a mail message in its RFC 5322 form, from what it is to say.
//
// Enough for the simulator: ASCII or UTF-8 text, base64 attachments, one boundary. It escapes what
// it puts into headers, and reads nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace antidotary::simulate {

struct Enclosure {
  std::string name;
  std::string media_type = "application/octet-stream";
  Buffer data;
};

struct LetterSpec {
  std::string from_name;  ///< May be empty.
  std::string from_address;
  std::string subject;
  std::string day = "Fri, 01 Aug 2003";  ///< Of the Date header.
  std::string id;                        ///< Left part of Message-ID; ASCII letters, digits, '-'.
  std::string text;                      ///< Plain text, lines ended by '\n'.
  std::string html;                      ///< An HTML part beside it, or empty.
  std::vector<Enclosure> enclosures;
  bool importance_high = false;
};

/// The message, lines ended by CRLF, to alice@example.org.
std::string write_letter(const LetterSpec& letter);

/// All messages as one mailbox in the mboxrd form, lines ended by LF.
std::string write_mailbox(const std::vector<std::string>& messages);

/// Lines of 76 characters, each ended by CRLF (RFC 2045, 6.8).
std::string base64_lines(Bytes bytes);

}  // namespace antidotary::simulate
