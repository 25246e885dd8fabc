// Yara: compiled YARA rules at run time, by libyara. The one place that scans with it; the seam is
// kept thin, for an engine of our own.
//
// The rules load privately (libyara copies them), before the jail is locked.
#pragma once

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
};

struct YaraMatch {
  std::string rule;
  std::string name_space;  ///< Decides which source it came from.
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, std::string>> meta;     ///< Numbers and booleans as text.
  std::vector<std::pair<std::string, match::Span>> strings;  ///< "$a" and where; at most 16.
};

class Yara {
 public:
  /// `compiled` is a pack's section. Errors: malformed, unsupported (another libyara).
  static Result<Yara> open(Bytes compiled);
  Yara(Yara&&) noexcept;
  Yara& operator=(Yara&&) noexcept;
  ~Yara();

  /// Makes libyara load lazily what it needs (tables, magic), before the jail is locked.
  void warm();
  /// Errors: budget_spent (its time-out), internal (libyara's own limits, named).
  Result<std::vector<YaraMatch>> scan(const YaraSubject& subject, Budget& budget) const;

 private:
  struct State;
  explicit Yara(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::pack
