// YaraSection: what a pack keeps of YARA rules: libyara's own compiled forms, and beside them what
// libyara does not know: which source a namespace is, how its rules are shown, what is ignored.
//
// libyara's loader believes every byte that it is given, so the section begins with a SHA-256 of
// the rest and is refused where that differs. It tells damage, not malice: that a pack is ours is
// for its signature and its place to say. Grammar: docs/formats/yara.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::pack {

/// How the rules of a namespace are shown.
enum class YaraNaming : std::uint8_t {
  plain,       ///< rule
  official,    ///< YARA.rule
  unofficial,  ///< YARA.rule.UNOFFICIAL
};

/// The name under which a match of `rule` is reported.
std::string shown_yara(const std::string& rule, YaraNaming naming);

struct YaraSpace {
  std::string name;
  std::uint32_t source = 0;
  YaraNaming naming = YaraNaming::plain;
  bool operator==(const YaraSpace&) const = default;
};

/// One set of rules as libyara saved it. `spaces` has a row a namespace; of rules that somebody
/// else compiled a single one, which stands for all.
struct YaraPart {
  std::vector<YaraSpace> spaces;
  Bytes stream;
};

struct YaraSection {
  std::vector<std::string> ignored;  ///< Rules that are evaluated but not reported; sorted.
  std::vector<YaraPart> parts;
};

/// Deterministic.
Buffer write_yara_section(const YaraSection& section);

/// The streams are views of `bytes`, which must outlive them.
/// Errors: unsupported (made with another libyara), malformed, truncated.
Result<YaraSection> read_yara_section(Bytes bytes);

/// Whether `stream` has the outer shape of a compiled file of this libyara: its header, and every
/// buffer and relocation inside. What the buffers say stays libyara's to believe.
/// Errors: not_this_format, unsupported (another version), truncated, malformed.
Status check_yara_stream(Bytes stream);

}  // namespace antidotary::pack
