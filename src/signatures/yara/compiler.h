// Compiler: libyara's, with our variables defined and its complaints gathered.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

struct _YR_COMPILER;

namespace antidotary::signatures::yara {

struct Complaint {
  std::size_t file = 0;    ///< Index into what was handed to `add`.
  std::uint32_t line = 0;  ///< 1-based.
  std::string rule;        ///< In which libyara was, or had been; may be empty.
  std::string message;     ///< libyara's own words, made safe to show.
};

/// Whether libyara lost its place there, so that what it says afterwards may be false.
bool loses_place(const Complaint& complaint);

class Compiler {
 public:
  /// Errors: internal.
  static Result<Compiler> create();

  /// Adds `texts[0]` to a namespace; `include "n"` in any of them means texts[n]. Without NUL.
  /// After the first complaint the compiler can only be thrown away.
  std::vector<Complaint> add(const std::vector<std::string>& texts, const std::string& name_space);

  /// What libyara saves of everything that was added. Errors: internal.
  Result<Buffer> finish();

 private:
  struct Release {
    void operator()(_YR_COMPILER* compiler) const;
  };
  explicit Compiler(_YR_COMPILER* compiler) : compiler_(compiler) {}
  std::unique_ptr<_YR_COMPILER, Release> compiler_;
};

}  // namespace antidotary::signatures::yara
