// Names: millions of signature names in few bytes each. Names differ in their numbers: the text
// between is kept once as a template, a name is its template and its numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::pack {

/// Refers to nothing, in any section.
inline constexpr std::uint32_t no_name = 0xffffffff;

class NamesBuilder {
 public:
  NamesBuilder();
  NamesBuilder(NamesBuilder&&) noexcept;
  NamesBuilder& operator=(NamesBuilder&&) noexcept;
  ~NamesBuilder();
  /// A reference for `name` (of which 4,096 bytes are kept) as read in source number `source`.
  /// Equal pairs may share one. `no_name` where the section would grow over 4 GiB.
  std::uint32_t add(std::string_view name, std::uint32_t source);
  Buffer finish() &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class Names {
 public:
  Names() = default;
  /// A view of `section`, which must outlive it. Errors: malformed.
  static Result<Names> open(Bytes section);
  struct Name {
    std::string text;
    std::uint32_t source = 0;
  };
  /// Errors: malformed (no such reference).
  Result<Name> at(std::uint32_t reference) const;
  /// The references of every name that is one of `wanted`, whatever its source, ascending. Reads
  /// all names in one pass. Errors: malformed.
  Result<std::vector<std::uint32_t>> find(const std::vector<std::string_view>& wanted) const;

 private:
  std::size_t templates() const { return index_.empty() ? 0 : index_.size() / 4 - 1; }
  /// The source (u32) and the text of template `number`. Errors: malformed.
  Result<Bytes> template_at(std::uint64_t number) const;

  Bytes records_;
  Bytes templates_;
  Bytes index_;
};

}  // namespace antidotary::pack
