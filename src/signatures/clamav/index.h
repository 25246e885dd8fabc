// Index: what a database's .info member states of the others, and whether the publisher sealed it.
//
// A line a member, `name:size:SHA-256`; then `DSIG:` and a seal over all lines before it. A CVD is
// sealed as a whole and needs no seal here; freshclam makes a CLD of it as updates come, whose
// header no seal can cover: there this one alone tells an official database from another.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/bytes.h"
#include "core/result.h"
#include "signatures/clamav/seal.h"

namespace antidotary::signatures::clamav {

class Index {
 public:
  enum class Seal : std::uint8_t {
    none,    ///< No DSIG line.
    broken,  ///< It is not the publisher's, or the lines were changed.
    whole,
  };

  /// States nothing.
  Index() = default;
  Index(Bytes info, const PublicKey& key);

  Seal seal() const { return seal_; }
  bool states(std::string_view name) const { return members_.contains(name); }
  /// Errors: bad_input (it is stated, and is not what is stated).
  Status check(std::string_view name, Bytes content);
  /// Errors: bad_input (one that is stated was not checked).
  Status check_all_seen() const;

 private:
  Seal seal_ = Seal::none;
  std::map<std::string, std::pair<std::string, std::string>, std::less<>> members_;
};

}  // namespace antidotary::signatures::clamav
