#include "serve/outbreak/addresses.h"

#include <charconv>
#include <string>

#include "core/digest.h"
#include "core/text.h"
#include "gate/outbreak/marks.h"

namespace antidotary::serve::outbreak {

using gate::outbreak::Person;

Person Addresses::person(std::string_view kind, std::string_view what) const {
  const std::string words = std::string(kind) + ":" + std::string(what);
  const std::string hex = hmac_sha256_hex(key_, as_bytes(std::string_view(words)));
  Person out = 0;
  std::from_chars(hex.data(), hex.data() + 16, out, 16);
  return out;
}

Person Addresses::recipient(std::string_view address) const {
  return person("to", ascii_lower(address));
}

Person Addresses::sender(std::string_view login, std::string_view address,
                         std::string_view client) const {
  if (!login.empty()) return person("login", login);
  if (address.empty()) return person("client", client);
  return person("from", gate::outbreak::sender_of(address));
}

}  // namespace antidotary::serve::outbreak
