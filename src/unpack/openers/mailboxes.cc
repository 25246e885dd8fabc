// Mailboxes: one file of many messages; each becomes a child of its number. An .emlx is a mailbox
// of one. Outlook's stores are opened by outlook.cc.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/text.h"
#include "formats/dbx/store.h"
#include "formats/mbox/mailbox.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

/// Hands out a message, its From_ lines without their quotes.
void hand_out(const std::string& name, Bytes message, bool quoted, Budget& budget,
              const Visitor& visitor) {
  if (!quoted) return visitor.child({name, message});
  if (const auto status = budget.bring_out(message.size()); !status) {
    return visitor.missed({name, status.error()});
  }
  const Buffer plain = mbox::without_quotes(message);
  visitor.child({name, plain});
}

void open_mbox(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  auto mailbox = mbox::Mailbox::open(bytes);
  if (!mailbox) {
    visitor.missed({"", mailbox.error()});
    return;
  }
  std::size_t stated_until = 0;
  while (true) {
    const auto item = mailbox->next(budget);
    if (!item) {
      visitor.missed({"", item.error()});
      return;
    }
    if (!*item) return;
    if (visitor.wanted && !visitor.wanted((*item)->number - 1)) continue;
    const std::string name = fmt::format("message {}", (*item)->number);
    hand_out(name, mailbox->message(**item), (*item)->quoted, budget, visitor);
    // Some programs go by the Content-Length. None within another, so that this stays linear.
    if (!(*item)->stated_end || (*item)->offset < stated_until) continue;
    stated_until = *(*item)->stated_end;
    const std::size_t begin = (*item)->message_offset;
    if (const auto status = budget.step((stated_until - begin) / 64 + 1); !status) {
      visitor.missed({name, status.error()});
      return;
    }
    hand_out(name + " by its Content-Length", bytes.subspan(begin, stated_until - begin), false,
             budget, visitor);
  }
}

// A count in decimal digits, a line feed, so many bytes of message, a property list in XML. Apple
// publishes no description; every .emlx of macOS 10.4 and later is written so.
void open_emlx(Format, Bytes bytes, Budget&, const Visitor& visitor) {
  const std::string_view text = as_text(bytes);
  const std::size_t line = text.find('\n');
  const std::string_view digits = trim(text.substr(0, line));
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (line == text.npos || digits.empty() || error != std::errc() ||
      end != digits.data() + digits.size()) {
    return visitor.missed({"", Error{ErrorKind::not_this_format, "no count of bytes", 0}});
  }
  const Bytes behind = bytes.subspan(line + 1);
  const Bytes message = behind.first(std::min<std::uint64_t>(count, behind.size()));
  visitor.child({"message 1", message, Format::message});
  if (count > behind.size()) {
    visitor.missed({"message 1", Error{ErrorKind::truncated, "the message is cut", bytes.size()}});
  }
  const Bytes rest = behind.subspan(message.size());
  if (rest.empty()) return;
  visitor.child({"properties", rest});
  // What is no property list belongs to the message for whoever does not believe the count.
  if (trim(as_text(rest)).starts_with("<?xml")) return;
  visitor.child({"message 1 to the end of the file", behind, Format::message});
}

// A message is put together from its segments and so costs its bytes.
void open_dbx(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const auto listing = dbx::list(bytes, budget);
  if (!listing) return visitor.missed({"", listing.error()});
  if (!listing->of_messages) {
    return visitor.missed(
        {"",
         Error{ErrorKind::unsupported, "a list of Outlook Express that is no folder of mail", {}}});
  }
  for (std::size_t i = 0; i < listing->messages.size(); ++i) {
    if (visitor.wanted && !visitor.wanted(i)) continue;
    // Only its header was fetched, which is in no message's form.
    if (!listing->messages[i]) continue;
    const std::string name = fmt::format("message {}", i + 1);
    const dbx::Message message =
        dbx::read_message(bytes, *listing->messages[i], budget.limits().object_bytes_max, budget);
    if (const auto status = budget.bring_out(message.bytes.size()); !status) {
      return visitor.missed({name, status.error()});
    }
    if (!message.bytes.empty()) visitor.child({name, message.bytes, Format::message});
    if (message.error) visitor.missed({name, *message.error});
  }
  if (listing->error) visitor.missed({"", *listing->error});
}

}  // namespace

std::span<const Opener> mailboxes_openers() {
  static constexpr std::array rows = {Opener{Format::mbox, &open_mbox},
                                      Opener{Format::emlx, &open_emlx},
                                      Opener{Format::dbx, &open_dbx}};
  return rows;
}

}  // namespace antidotary::unpack
