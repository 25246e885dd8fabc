// Messages and mailboxes: their parts and messages, as formats/mime and formats/mbox find them.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/text.h"
#include "formats/mbox/mailbox.h"
#include "formats/mime/message.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

/// How a leaf may be encoded: where the field stands twice, programs differ on which of them holds,
/// so that each is a reading. Bounded by the kinds of encoding there are.
std::vector<mime::Encoding> encodings_of(const mime::Part& part) {
  std::vector<mime::Encoding> out = {part.encoding};
  for (const mime::Field& field : part.fields) {
    if (!equal_ascii_ignoring_case(field.name, "content-transfer-encoding")) continue;
    const mime::Encoding one = mime::encoding_of(mime::unfold(field.value));
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
  }
  return out;
}

Status hand_out_as(mime::Encoding encoding, Bytes body, const std::string& name, Budget& budget,
                   const Visitor& visitor) {
  ANTIDOTARY_CHECK(budget.new_object());
  ANTIDOTARY_CHECK(budget.step(body.size() / 64 + 1));
  if (encoding == mime::Encoding::identity || encoding == mime::Encoding::unknown) {
    visitor.child({name, body});
    return {};
  }
  const std::uint64_t bytes_max = budget.limits().object_bytes_max;
  const mime::Decoded decoded = mime::decode(encoding, body, bytes_max);
  ANTIDOTARY_CHECK(budget.bring_out(decoded.bytes.size()));
  visitor.child({name, decoded.bytes});
  if (decoded.cut) visitor.missed({name, budget.exhaust(Limit::object_bytes).value()});
  return {};
}

// Decodes one leaf of a message and hands it out.
Status hand_out(const mime::Message& message, const mime::Part& part, const std::string& name,
                Budget& budget, const Visitor& visitor) {
  for (const mime::Encoding encoding : encodings_of(part)) {
    ANTIDOTARY_CHECK(hand_out_as(encoding, message.body(part), name, budget, visitor));
  }
  return {};
}

void open_message(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const auto message = mime::read_message(bytes, budget);
  if (!message) {
    visitor.missed({"", message.error()});
    return;
  }
  const std::vector<std::string> names = mime::object_names(*message);
  for (std::size_t i = 0; i < message->parts.size(); ++i) {
    const mime::Part& part = message->parts[i];
    if (part.multipart || part.body_offset == part.end) continue;
    if (const auto status = hand_out(*message, part, names[i], budget, visitor); !status) {
      visitor.missed({names[i], status.error()});
      return;
    }
  }
  if (message->cut) visitor.missed({"", *message->cut});
}

void open_mbox(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  auto mailbox = mbox::Mailbox::open(bytes);
  if (!mailbox) {
    visitor.missed({"", mailbox.error()});
    return;
  }
  while (true) {
    const auto item = mailbox->next(budget);
    if (!item) {
      visitor.missed({"", item.error()});
      return;
    }
    if (!*item) return;
    if (visitor.wanted && !visitor.wanted((*item)->number - 1)) continue;
    const std::string name = fmt::format("message {}", (*item)->number);
    const Bytes message = mailbox->message(**item);
    if (!(*item)->quoted) {
      visitor.child({name, message});
      continue;
    }
    if (const auto status = budget.bring_out(message.size()); !status) {
      visitor.missed({name, status.error()});
      continue;
    }
    const Buffer plain = mbox::without_quotes(message);
    visitor.child({name, plain});
  }
}

}  // namespace

std::span<const Opener> mail_openers() {
  static constexpr std::array rows = {Opener{Format::message, &open_message},
                                      Opener{Format::mbox, &open_mbox}};
  return rows;
}

}  // namespace antidotary::unpack
