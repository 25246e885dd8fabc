// Regex: one regular expression over bytes, by PCRE2 with limits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "match/program.h"

namespace antidotary::match {

struct RegexOptions {
  bool nocase = false;      ///< i
  bool dot_all = false;     ///< s
  bool multi_line = false;  ///< m
  bool extended = false;    ///< x
  bool anchored = false;    ///< A
  bool dollar_end = false;  ///< E
  bool ungreedy = false;    ///< U
  /// Makes machine code of it, where memory may be executable. Not inside the jail: there the
  /// attempt alone ends the process.
  bool jit = false;
  std::uint32_t match_limit = 100'000;  ///< Of each place at which a match may begin.
  std::uint32_t depth_limit = 2'000;
};

/// Not for two threads at once: a search keeps its working memory.
class Regex {
 public:
  /// Errors: bad_input with the offset into `text` where it is wrong; refused (too large).
  static Result<Regex> compile(const std::string& text, const RegexOptions& options);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  /// The first match that begins at or after `from`, or nullopt. `anchored`: only at `from`.
  /// Errors: budget_spent (a limit of matching was reached), internal.
  Result<std::optional<Span>> find(Bytes object, std::uint64_t from, bool anchored) const;
  /// Pays for steps; false ends the search.
  using Pay = std::function<bool(std::uint64_t steps)>;
  /// The same, in slices of places where a match may begin. `pay` is asked after each, which takes
  /// some hundredths of a second at most where the object has less than a few megabytes.
  Result<std::optional<Span>> find(Bytes object, std::uint64_t from, bool anchored,
                                   const Pay& pay) const;
  /// True where the library made machine code of it.
  bool jit() const;

 private:
  struct State;
  explicit Regex(std::unique_ptr<State> state);
  /// Of the matches that begin at most at `last_begin`.
  Result<std::optional<Span>> match(Bytes object, std::uint64_t from, std::uint64_t last_begin,
                                    bool anchored, std::uint32_t match_limit, bool& limited) const;
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::match
