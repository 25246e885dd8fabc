// Tables: what a pack holds in small numbers, read whole at open: sources, refusals, rules over
// members of containers, magics, icons. Their bytes are stated in docs/formats/pack.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "match/pattern.h"
#include "pack/rule.h"

namespace antidotary::pack {

/// One file that the pack was made from.
struct Source {
  std::string path;    ///< As the user named it; a member of a container follows " > ".
  std::string format;  ///< "ldb", "hsb", "yara", "list" ...
  std::string sha256;
  std::uint64_t bytes = 0;
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
  bool official = false;  ///< From a container whose signature was checked: no ".UNOFFICIAL".

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("path", self.path);
    visit("format", self.format);
    visit("sha256", self.sha256);
    visit("bytes", self.bytes);
    visit("taken", self.taken);
    visit("refused", self.refused);
    visit("official", self.official);
  }
};

/// A line that was not taken.
struct Refusal {
  std::uint32_t source = 0;
  std::uint32_t line = 0;
  std::string reason;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("source", self.source);
    visit("line", self.line);
    visit("reason", self.reason);
  }
};

/// What a digest is of.
enum class Scope : std::uint8_t { file, section, imports };
/// What its hit means.
enum class Role : std::uint8_t { detect, allow };

/// A container's member as a rule (cdb). Ranges inclusive; the regex is not anchored.
struct MemberRule {
  std::string name;
  std::string container;  ///< "CL_TYPE_ZIP", or empty: any.
  Range container_size;
  std::string regex;  ///< Of the member's name; empty: any.
  Range packed_size;
  Range real_size;
  std::optional<bool> encrypted;
  Range position;
  std::optional<std::uint64_t> checksum;
  Origin origin;
};

/// A line of ftm: what bytes make an object of which type.
struct Magic {
  std::uint8_t kind = 0;  ///< 0: bytes at `offset`; 1: a pattern, anywhere where `offset` is any.
  Offset offset;
  match::Pattern pattern;
  std::string description;
  std::string from_type;
  std::string type;  ///< "CL_TYPE_HTML"
  Origin origin;
};

/// An icon (idb) that rules name by its groups.
struct Icon {
  std::string name;
  std::string group1;
  std::string group2;
  Buffer hash;  ///< 62 bytes.
  Origin origin;
};

/// A YARA rule as its author wrote it: for explain and diff. libyara keeps none of it.
struct YaraText {
  std::string name;
  std::string shown;  ///< As reports name it: "YARA.name.UNOFFICIAL" beside ClamAV databases.
  std::uint32_t source = 0;
  std::string path;        ///< The file that it stands in, which the source may only include.
  std::uint32_t line = 0;  ///< 1-based; 0 of a rule that somebody else compiled.
  std::string text;        ///< Empty of such a rule.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("shown", self.shown);
    visit("source", self.source);
    visit("path", self.path);
    visit("line", self.line);
    visit("text", self.text);
  }
};

/// A name that an ignore list (ign, ign2) says shall not be reported.
struct IgnoredName {
  std::string name;
  std::string line_md5;  ///< Only the signature whose line has this digest; or empty.
  std::uint32_t source = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("line_md5", self.line_md5);
    visit("source", self.source);
  }
};

/// One file of the encyclopedia, as the section holds it.
struct EncyclopediaFile {
  std::string path;
  std::string text;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("path", self.path);
    visit("text", self.text);
  }
};

/// Files of the encyclopedia as (path, text).
using Documents = std::vector<std::pair<std::string, std::string>>;

}  // namespace antidotary::pack
