// Corpus: everything that the readers of signature files took, on its way into a pack. A sink:
// readers add, `build` (build.h) consumes. Malformed lines are refused here, never thrown.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "match/digest_table.h"
#include "pack/links.h"
#include "pack/names.h"
#include "pack/pack.h"
#include "pack/rule.h"
#include "signatures/rule_store.h"

namespace antidotary::signatures {

struct Options {
  bool potentially_unwanted = false;  ///< Take *u files (hdu, ldu, ndu ...).
  bool names_as_clamav = false;       ///< Show every YARA rule as "YARA.x.UNOFFICIAL".
  bool official_only = false;         ///< Take .cvd and .cld alone, as --official-db-only says.
  std::uint32_t engine_level = pack::engine_level;
  std::size_t refusals_shown_max = 1'000;  ///< Of one source; all are counted.
};

class Corpus {
 public:
  explicit Corpus(Options options = {});

  const Options& options() const { return options_; }

  /// Begins a source; later additions belong to it until the next call. Returns its number.
  std::uint32_t begin_source(pack::Source source);
  pack::Source& current();

  void refuse(std::uint32_t line, std::string reason);
  /// Whether the reason of the next refusal in this source is kept, or only counted.
  bool keeps_reasons() const { return refused_here_ < options_.refusals_shown_max; }
  /// `digest` in hexadecimal of any case, 32, 40 or 64 digits; `size` 0: any size.
  /// Errors: bad_input (not such a digest).
  Status add_digest(std::string_view digest, std::uint32_t size, std::string_view name,
                    pack::Scope scope, pack::Role role);
  /// Refused where it is over a limit of the pack.
  void add(pack::Rule rule);
  void add(pack::MemberRule rule);
  void add(pack::Magic magic);
  void add(pack::Icon icon);
  void add(pack::LinkRule rule);
  void add(pack::LinkDigest digest);
  void add(pack::Password password);
  /// A name (without ".UNOFFICIAL") that shall not be reported; `line_md5`: only the signature
  /// whose line has this digest. Applied by build.
  void ignore(std::string name, std::string line_md5);
  /// True where an ignore list that was read before names this very line: for readers that keep no
  /// lines, and would have to keep millions.
  bool ignores_line(std::string_view name, std::string_view line) const;
  /// YARA text with the path by which its includes are found; compiled by build.
  void add_yara(std::string text, std::string path);
  /// A compiled YARA file.
  void add_compiled_yara(Buffer compiled, std::string path);
  void add_encyclopedia(pack::Documents files);

  /// What the user named, and the key of its content: kept so that the pack can be made again.
  pack::Recipe recipe;

  // What was gathered; build takes it apart.
  struct Ignore {
    std::string name;
    std::string line_md5;
    std::uint32_t source = 0;
  };
  struct YaraText {
    std::string text;
    std::string path;
    std::uint32_t source = 0;
  };
  struct CompiledYara {
    Buffer bytes;
    std::string path;
    std::uint32_t source = 0;
  };
  struct DigestRows {
    DigestKind kind;
    pack::Scope scope;
    pack::Role role;
    std::vector<match::DigestRow> rows;
  };
  std::vector<pack::Source> sources;
  std::vector<pack::Refusal> refusals;
  std::vector<DigestRows> digests;
  pack::NamesBuilder names;
  RuleStore rules;
  std::vector<pack::MemberRule> member_rules;
  std::vector<pack::Magic> magics;
  std::vector<pack::Icon> icons;
  pack::Links links;
  std::vector<pack::Password> passwords;
  std::vector<Ignore> ignores;
  std::vector<YaraText> yara_texts;
  std::vector<CompiledYara> yara_compiled;
  pack::Documents encyclopedia;

 private:
  std::uint32_t number();

  Options options_;
  /// Those of `ignores` that name a line, by name; the digest in lower-case hexadecimal.
  std::set<std::pair<std::string, std::string>, std::less<>> ignored_lines_;
  std::size_t refused_here_ = 0;  ///< Of the current source.
};

}  // namespace antidotary::signatures
