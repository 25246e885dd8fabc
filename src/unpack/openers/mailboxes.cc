// Mailboxes: one file of many messages; each becomes a child of its number.
#include <fmt/core.h>

#include <array>

#include "formats/mbox/mailbox.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

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

std::span<const Opener> mailboxes_openers() {
  static constexpr std::array rows = {Opener{Format::mbox, &open_mbox}};
  return rows;
}

}  // namespace antidotary::unpack
