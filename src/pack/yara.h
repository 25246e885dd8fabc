// Yara: compiled YARA rules at run time, by libyara. The one place that scans with it; the seam is
// kept thin, for an engine of our own.
//
// The rules load privately (libyara copies them), before the jail is locked. docs/formats/yara.md
// says what is supported and what the section holds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "match/program.h"

namespace antidotary::pack {

struct YaraSubject {
  Bytes bytes;
  std::string filename;   ///< Last part of its path.
  std::string filepath;   ///< Whole path as shown.
  std::string container;  ///< What holds it ("zip"), or empty.
  std::string filetype;   ///< As rules of the THOR family name it ("EXE"), or empty.
  std::string owner;      ///< Of the file, or empty.
};

struct YaraMatch {
  std::string rule;
  std::string shown_name;    ///< As reports show it: `rule`, or "YARA.rule.UNOFFICIAL".
  std::string name_space;    ///< The path of the file that the rule was read from.
  std::uint32_t source = 0;  ///< Index into the pack's sources.
  std::vector<std::string> tags;
  /// Numbers and booleans as text; always UTF-8.
  std::vector<std::pair<std::string, std::string>> meta;
  /// "$a" and where: the first match of each string, then the second ones; private ones left out.
  std::vector<std::pair<std::string, match::Span>> strings;
};
inline constexpr std::size_t yara_strings_max = 16;

class Yara {
 public:
  /// `compiled` is a pack's section. Errors: malformed, unsupported (another libyara).
  /// The section carries its own digest, which is checked: libyara believes what it loads.
  static Result<Yara> open(Bytes compiled);
  Yara(Yara&&) noexcept;
  Yara& operator=(Yara&&) noexcept;
  ~Yara();

  std::uint32_t rule_count() const;
  /// Makes libyara load lazily what it needs (tables, magic), before the jail is locked. Evaluates
  /// no condition of the rules: whoever opens the pack is not in the jail.
  void warm();
  /// Not for two threads at once. Pays a step a byte, and a fixed price for what libyara does once
  /// an object. Appends what matches, also where some of the rules could not be asked. Reasons why
  /// the answer may lack something (a string with too many matches) are appended to `incomplete`.
  /// Errors: the first that a part of the rules met: budget_spent (its time-out), internal
  /// (libyara's own limits, named).
  Status scan(const YaraSubject& subject, Budget& budget, std::vector<YaraMatch>& matches,
              std::vector<std::string>* incomplete = nullptr) const;

 private:
  struct State;
  explicit Yara(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::pack
