// Names: millions of signature names in few bytes each. Names differ in their numbers: the text
// between is kept once as a template, a name is its template and its numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::pack {

class NamesBuilder {
 public:
  NamesBuilder();
  NamesBuilder(NamesBuilder&&) noexcept;
  NamesBuilder& operator=(NamesBuilder&&) noexcept;
  ~NamesBuilder();
  /// A reference for `name` as read in source number `source`. Equal pairs may share one.
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

 private:
  Bytes records_;
  Bytes templates_;
  Bytes index_;
};

}  // namespace antidotary::pack
