// Property: whatever a message says, what may be a password is bounded, not empty and of its words.
#include <cstdint>
#include <string>

#include "core/demand.h"
#include "core/text.h"
#include "mail/passwords.h"

using namespace antidotary;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mail::Letter letter;
  letter.text = as_text(view_of(data, size));
  letter.subject = letter.text.substr(0, 40);
  const auto found = mail::passwords_in(letter);
  demand(found.size() <= mail::passwords_max);
  for (const std::string& one : found) {
    demand(!one.empty() && one.size() <= mail::password_bytes_max);
    demand(letter.text.find(one) != std::string::npos);
  }
  return 0;
}
