// Leaf: what a ledger of outbreaks keeps of one attachment or archive member: its digests, what it
// is, and whether a person who opens it may run something.
//
// It is no verdict. Much that is risky is honest; it takes many senders within a short time to make
// it look otherwise (gate/outbreak). Documents and pictures that only show something are `none`,
// however often they are sent: a newsletter's PDF, the logo in everybody's signature.
//
// The list of risks is docs/research of mail gateways in our words: programs, scripts, shortcuts,
// macros, encrypted archives, disk images, web pages as files, and what holds one of these.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/format.h"

namespace antidotary::scan {

/// Why opening it may run something, the first that holds.
enum class Risk : std::uint8_t {
  none,
  program,
  script,
  shortcut,
  macros,  ///< A document with macros.
  sealed,  ///< An archive or document with something that is read only with a key.
  disk,    ///< A disk image: Windows opens it, and what is in it has no mark of its origin.
  active_document,  ///< A format that is known to start things: onenote, chm, swf.
  page,             ///< HTML or SVG as a file that does more than show something (page.h).
  carrier,          ///< Harmless itself; one of these is in it.
};
std::span<const std::string_view> enum_names(Risk);

/// At most so many of one object; risky ones push the others out.
inline constexpr std::size_t leaves_max = 64;
inline constexpr std::size_t leaf_names_max = 4;
inline constexpr std::size_t leaf_name_bytes_max = 200;
inline constexpr std::size_t leaf_inside_bytes_max = 64;

struct Leaf {
  std::string sha256;  ///< Of the decoded, unpacked bytes; hexadecimal.
  std::string sha1;
  std::string md5;
  std::uint64_t size_bytes = 0;
  std::string format;
  Risk risk = Risk::none;
  std::vector<std::string> names;  ///< What programs may call it, the strict reading's first.
  std::string inside;              ///< Extensions of what it holds, sorted, each once: "js,txt".
  std::uint64_t depth = 0;         ///< 1: a part of the message itself; 2: in that; and so on.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("sha256", self.sha256);
    visit("sha1", self.sha1);
    visit("md5", self.md5);
    visit("size_bytes", self.size_bytes);
    visit("format", self.format);
    visit("risk", self.risk);
    visit("names", self.names);
    visit("inside", self.inside);
    visit("depth", self.depth);
  }
};

/// What was seen below an object while it was unpacked.
struct Below {
  bool risky = false;
  bool macros = false;
  bool sealed = false;
  bool archived_classes = false;  ///< Java classes: an archive of these is run as a program.
};

/// True where a browser opens it; whether the page acts is for page.h to say.
bool is_page(formats::Format format, const std::vector<std::string>& names);

/// `acting`: it is a page that does something.
Risk risk_of(formats::Format format, const std::vector<std::string>& names, const Below& below,
             bool acting);

/// The extension of a name in lower case, without its dot; empty where it has none, or none that a
/// program would call one.
std::string extension_of(std::string_view name);

/// True where a container with this member is a document or a package, whose other members are
/// nobody's attachments.
bool marks_a_package(std::string_view member);

}  // namespace antidotary::scan
