// Pack: the compiled database at run time: everybody's signatures and the encyclopedia in one
// mapped file. It answers; it opens nothing, and holds nothing in memory but the literal sets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/result.h"
#include "match/digest_table.h"
#include "match/literals.h"
#include "pack/file.h"
#include "pack/names.h"
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

/// Rows of tables that are small enough to be read whole at open: see sections "member-rules",
/// "magics", "icons", "settings" in docs/formats/pack.md.

/// Rules of one target, with the literals by which they are met.
class RuleSet {
 public:
  const match::LiteralSet* literals() const;
  /// Rule numbers to be evaluated on each object of the target, because no literal implies them.
  std::vector<std::uint32_t> always() const;
  /// What literal `id` is an anchor of: rule, subsignature, pattern of it; code of the program.
  struct Posting {
    std::uint32_t rule = 0;
    std::uint32_t sub = 0;
    std::uint32_t pattern = 0;
  };
  Result<std::vector<Posting>> postings(std::uint32_t id) const;

 private:
  friend class Pack;
  std::optional<match::LiteralSet> literals_;
  Bytes postings_;
  Bytes always_;
};

class Pack {
 public:
  /// `file` must outlive the pack. Errors: those of File::open, unsupported (a section of another
  /// library version: rebuild), malformed.
  static Result<Pack> open(Bytes file);
  Pack(Pack&&) noexcept;
  Pack& operator=(Pack&&) noexcept;
  ~Pack();

  const File& file() const;
  const std::vector<Source>& sources() const;
  Result<std::vector<Refusal>> refusals() const;

  const match::DigestTable& digests(DigestKind kind, Scope scope, Role role) const;
  /// The name behind a digest row's tag, as shown (".UNOFFICIAL" where its source is not official).
  Result<Names::Name> digest_name(std::uint32_t tag) const;

  std::uint32_t rule_count() const;
  /// Decodes one rule, without its text. Errors: malformed.
  Result<Rule> rule(std::uint32_t number) const;
  Result<std::string> rule_text(std::uint32_t number) const;
  /// The compiled program of one pattern. Errors: malformed.
  Result<Bytes> program(std::uint32_t rule, std::uint32_t sub, std::uint32_t pattern) const;
  const RuleSet& rules_for(Target target) const;
  /// As shown: with ".UNOFFICIAL" where the source is not official.
  std::string shown_name(const std::string& name, const Origin& origin) const;

  const std::vector<MemberRule>& member_rules() const;
  const std::vector<Magic>& magics() const;
  const std::vector<Icon>& icons() const;
  /// Compiled YARA rules (pack/yara.h), or empty.
  Bytes yara() const;
  /// Files of the encyclopedia, as (path, text), or empty.
  Result<std::vector<std::pair<std::string, std::string>>> encyclopedia() const;

 private:
  struct State;
  explicit Pack(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::pack
