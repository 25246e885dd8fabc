// Gaps: why a match is not whole. What could not be asked is told, never taken for "no".
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/result.h"

namespace antidotary::pack {

/// The reasons met while one object was matched, each once.
class Gaps {
 public:
  /// More than these are of no more help to the reader.
  static constexpr std::size_t reasons_max = 16;

  void add(Error error) {
    const auto same = [&error](const Error& known) {
      return known.kind == error.kind && known.what == error.what;
    };
    if (errors_.size() >= reasons_max) return;
    if (std::none_of(errors_.begin(), errors_.end(), same)) errors_.push_back(std::move(error));
  }
  void add(ErrorKind kind, std::string what) { add(Error{kind, std::move(what), std::nullopt}); }
  void clear() { errors_.clear(); }
  const std::vector<Error>& all() const { return errors_; }

 private:
  std::vector<Error> errors_;
};

}  // namespace antidotary::pack
