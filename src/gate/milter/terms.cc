#include "gate/milter/terms.h"

#include <algorithm>

#include "gate/milter/wire.h"

namespace antidotary::gate::milter {
namespace {

constexpr std::uint32_t version_least = 2;
constexpr std::uint32_t version_most = 6;

constexpr std::uint32_t wanted_acts =
    act_add_fields | act_change_fields | act_remove_recipients | act_hold;
// Everything that saves a wait. Skipping the rest of a body needs a reply to its chunks, so it is
// taken only from those who wait for one anyway.
constexpr std::uint32_t wanted_steps =
    no_unknown | no_reply_to_connect | no_reply_to_helo | no_reply_to_sender |
    no_reply_to_recipient | no_reply_to_data | no_reply_to_field | no_reply_to_end_of_fields |
    no_reply_to_body | no_reply_to_unknown | may_skip | leading_blanks;

}  // namespace

bool Terms::waits_after(char command) const {
  const auto silent = [this](std::uint32_t bit) { return (steps & bit) != 0; };
  switch (command) {
    case 'C':
      return !silent(no_reply_to_connect);
    case 'H':
      return !silent(no_reply_to_helo);
    case 'M':
      return !silent(no_reply_to_sender);
    case 'R':
      return !silent(no_reply_to_recipient);
    case 'T':
      return !silent(no_reply_to_data);
    case 'L':
      return !silent(no_reply_to_field);
    case 'N':
      return !silent(no_reply_to_end_of_fields);
    case 'B':
      return !silent(no_reply_to_body);
    case 'U':
      return !silent(no_reply_to_unknown);
    default:
      return false;
  }
}

std::string Terms::data() const { return number(version) + number(acts) + number(steps); }

Result<Terms> agree(Bytes offer) {
  if (offer.size() < 12) return fail(ErrorKind::malformed, "its offer is too short");
  Terms out;
  out.version = std::min(number_at(offer, 0), version_most);
  if (out.version < version_least) {
    return fail(ErrorKind::unsupported, "it speaks version {} of the protocol, 2 is the least",
                number_at(offer, 0));
  }
  out.acts = number_at(offer, 4) & wanted_acts;
  const std::uint32_t offered = number_at(offer, 8);
  out.steps = offered & wanted_steps;
  if ((out.steps & no_reply_to_body) != 0) out.steps &= ~static_cast<std::uint32_t>(may_skip);
  // One of the two larger chunks: fewer packets for the same message.
  if ((offered & chunks_1m) != 0) {
    out.steps |= chunks_1m;
  } else {
    out.steps |= offered & chunks_256k;
  }
  return out;
}

}  // namespace antidotary::gate::milter
