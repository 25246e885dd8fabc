// Pack: the compiled database at run time: everybody's signatures and the encyclopedia in one
// mapped file. It answers; it opens nothing, and holds nothing in memory but the literal sets and
// the small tables.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/result.h"
#include "match/digest_table.h"
#include "pack/file.h"
#include "pack/names.h"
#include "pack/rule.h"
#include "pack/rule_set.h"
#include "pack/tables.h"

namespace antidotary::pack {

/// Something in a pack that bears a name.
struct Named {
  enum class Kind : std::uint8_t { digest, rule, member_rule };
  Kind kind = Kind::digest;
  std::uint32_t number = 0;  ///< A digest's tag, a rule's number, an index into member_rules().
  Origin origin;             ///< A digest's line is not kept: 0.
  std::string shown;         ///< As shown, with ".UNOFFICIAL" where due.
};

/// What a pack was made of, so that it can be made again.
struct Recipe {
  std::vector<std::string> inputs;  ///< Paths, as the user named them.
  bool potentially_unwanted = false;
  std::string key;  ///< signatures::key_of the inputs as they were.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("inputs", self.inputs);
    visit("potentially_unwanted", self.potentially_unwanted);
    visit("key", self.key);
  }
};

/// One digest with the table it stands in.
struct DigestEntry {
  DigestKind kind = DigestKind::md5;
  Scope scope = Scope::file;
  Role role = Role::detect;
  match::DigestRow row;
};

class Pack {
 public:
  /// `file` must outlive the pack. Errors: those of File::open, unsupported (a section of another
  /// library version: rebuild), malformed.
  /// `advice` is told of parts of the file that are read to check them and that only a scan needs
  /// again.
  static Result<Pack> open(Bytes file, const PageAdvice& advice = {});
  Pack(Pack&&) noexcept;
  Pack& operator=(Pack&&) noexcept;
  ~Pack();

  const File& file() const;
  const std::vector<Source>& sources() const;
  Result<std::vector<Refusal>> refusals() const;
  Result<Recipe> recipe() const;

  const match::DigestTable& digests(DigestKind kind, Scope scope, Role role) const;
  /// The name behind a digest row's tag, as shown (".UNOFFICIAL" where its source is not official).
  Result<Names::Name> digest_name(std::uint32_t tag) const;

  std::uint32_t rule_count() const;
  /// One rule as scanning needs it: without its text, its patterns empty (as many as there are;
  /// their programs hold what they say). Errors: malformed.
  Result<Rule> rule(std::uint32_t number) const;
  /// The line that the rule was read from, for explain. Errors: malformed.
  Result<std::string> rule_text(std::uint32_t number) const;
  /// The compiled program of one pattern. Errors: malformed.
  Result<Bytes> program(std::uint32_t rule, std::uint32_t sub, std::uint32_t pattern) const;
  const RuleSet& rules_for(Target target) const;
  /// Whether any rule is for `target`.
  bool asks_for(Target target) const {
    const RuleSet& rules = rules_for(target);
    return rules.literals() != nullptr || !rules.always().empty();
  }
  /// Numbers of the rules (of one subsignature each) that are members of macro group `group`.
  std::vector<std::uint32_t> macro_members(std::uint32_t group) const;
  /// As shown: with ".UNOFFICIAL" where the source is not official.
  std::string shown_name(const std::string& name, const Origin& origin) const;

  const std::vector<MemberRule>& member_rules() const;
  const std::vector<Magic>& magics() const;
  const std::vector<Icon>& icons() const;
  /// Compiled YARA rules (pack/yara.h), or empty.
  Bytes yara() const;
  /// Every YARA rule that was taken, private ones too. Errors: malformed.
  Result<std::vector<YaraText>> yara_texts() const;
  /// Errors: malformed.
  Result<std::vector<IgnoredName>> ignored() const;
  /// Files of the encyclopedia, or empty.
  Result<Documents> encyclopedia() const;

  /// Everything of this name, with or without ".UNOFFICIAL"; reads all names. Errors: malformed.
  Result<std::vector<Named>> find_by_name(std::string_view name) const;
  /// Every digest that reports `tag`; reads all tables.
  std::vector<DigestEntry> digests_of(std::uint32_t tag) const;

 private:
  struct State;
  explicit Pack(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::pack
