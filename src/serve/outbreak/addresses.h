// Addresses: mail addresses as keyed hashes, so that the ledger can say that two are the same, and
// whether one that a person names is among them, and nobody without the key can say more.
//
// The key is a file of the ledger's own folder: who removes it makes all that was kept before
// nobody's. Sixty-four bits of HMAC-SHA-256: by chance one of 100,000 addresses is taken for one of
// 10,000,000 kept ones once in 18 million such look-ups.
#pragma once

#include <string_view>

#include "core/bytes.h"
#include "gate/outbreak/watch.h"

namespace antidotary::serve::outbreak {

class Addresses {
 public:
  explicit Addresses(Buffer key) : key_(std::move(key)) {}

  /// Of a recipient: the case of letters is ignored.
  gate::outbreak::Person recipient(std::string_view address) const;
  /// Of who sends: the login where there is one; else the address by its marks, within what it is
  /// sent from where it is empty.
  gate::outbreak::Person sender(std::string_view login, std::string_view address,
                                std::string_view client) const;

 private:
  gate::outbreak::Person person(std::string_view kind, std::string_view what) const;
  Buffer key_;
};

}  // namespace antidotary::serve::outbreak
