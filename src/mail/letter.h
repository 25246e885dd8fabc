// Letter: what a message means to the person who gets it, and what rules of lures look at.
//
// Made from formats/mime's tree; text is UTF-8, decoded, white space collapsed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::mail {

/// A lure's words stand at the top: at most so many bytes of text are kept, and of each HTML part.
inline constexpr std::size_t text_bytes_max = 256u << 10;
inline constexpr std::size_t html_bytes_max = 1u << 20;

struct Attachment {
  std::string name;                  ///< As the person sees it; empty where the part has none.
  std::vector<std::string> names;    ///< All that programs may show, where they disagree.
  std::uint64_t size_bytes = 0;      ///< Decoded.
  std::vector<std::string> members;  ///< Names inside, where it is an archive that was opened.
  std::vector<std::vector<std::string>> member_paths;  ///< Below the message, one for each member.
  std::vector<std::string> path;                       ///< Below the message: {"message.zip"}.
  bool encrypted = false;  ///< Some of what is inside can be read only with a key.
};

struct Letter {
  std::string from_address;
  std::string from_name;
  std::string subject;
  bool importance_high = false;   ///< Importance, X-Priority or X-MSMail-Priority.
  std::string text;               ///< All text parts, HTML stripped of its tags, as one.
  std::string folded_text;        ///< `text` with its case folded, for comparing.
  std::vector<std::string> html;  ///< HTML parts and HTML members, raw.
  std::vector<Attachment> attachments;
};

/// Reads a message. Archive members are filled in by the caller that unpacks them; attachments'
/// paths are the names that unpack/ gives the same parts. A limit that cuts the message's tree
/// leaves the letter with what was read (unpacking the message tells of the limit).
/// Errors: not_this_format, budget_spent.
Result<Letter> read_letter(Bytes message, Budget& budget);

/// What a person reads of HTML: tags, comments, scripts and styles away, entities decoded.
std::string text_of_html(std::string_view html);

/// True for names that Windows runs when opened: exe, scr, pif, com, bat, cmd, vbs, hta, lnk ...
bool is_executable_name(std::string_view name);
/// True for "photo.jpg.scr": an executable extension behind a harmless one.
bool has_double_extension(std::string_view name);
/// True where markup makes the reader start a local program (a codebase that names a file).
bool has_local_codebase(std::string_view html);

}  // namespace antidotary::mail
