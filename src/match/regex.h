// Regex: one regular expression over bytes, by PCRE2 with limits.
#pragma once

#include <cstdint>
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
  std::uint32_t match_limit = 100'000;
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
  /// True where the library made machine code of it.
  bool jit() const;

 private:
  struct State;
  explicit Regex(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace antidotary::match
