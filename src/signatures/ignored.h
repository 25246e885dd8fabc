// Ignored: the names that a corpus's ignore lists say shall not be reported.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "signatures/corpus.h"

namespace antidotary::signatures {

class Ignored {
 public:
  explicit Ignored(const std::vector<Corpus::Ignore>& ignores) {
    for (const Corpus::Ignore& one : ignores) ignored_.insert({one.name, one.line_md5});
  }
  bool empty() const { return ignored_.empty(); }
  /// Whatever line it is of.
  bool has(const std::string& name) const { return ignored_.contains({name, ""}); }
  /// Of this very line.
  bool has(const std::string& name, const std::string& line) const {
    if (has(name)) return true;
    const auto place = ignored_.lower_bound({name, ""});
    if (place == ignored_.end() || place->first != name) return false;
    const std::string md5 = hex_digest(DigestKind::md5, as_bytes(std::string_view(line)));
    return ignored_.contains({name, md5});
  }

 private:
  std::set<std::pair<std::string, std::string>> ignored_;  ///< Name and digest of a line, or "".
};

}  // namespace antidotary::signatures
