// Unpack: one object in, its child objects out, all under the one budget.
//
// Each format has an opener, a file of its own in openers/ (opener.h); what a stream is packed by
// stands in codecs/. Nothing is written anywhere.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/identify.h"

namespace antidotary::unpack {

struct Child {
  std::string name;  ///< "message 17", "message.zip", "message.html"; UTF-8, as stored otherwise.
  Bytes bytes;       ///< Valid during the call only.
  /// What it is known to be, whatever its first bytes look like; unknown: what they look like.
  formats::Format format = formats::Format::unknown;
  /// Found by a mark and not by a directory: what does not open was perhaps never meant to.
  bool embedded = false;
  /// The memory of a program that was run in emulation: what else it unpacks it has unpacked.
  bool unpacked = false;
  /// One of many readings of an ambiguous message: what is in it is not read in all ways again.
  bool reading = false;
  /// A text to whoever reads the message that it stands in: where it is a message after all, its
  /// tree is read and no more.
  bool shown_as_text = false;
  /// Of a part of a message: every name that some mail program may show for it, `name` or what it
  /// was made of among them. Empty where there is no doubt.
  std::vector<std::string> names = {};
};

/// What an unpacker could not bring out. The caller maps the kind of error to opaque, limited or
/// failed (encrypted and unsupported are opaque; budget_spent and refused are limited; the rest
/// failed).
struct Missed {
  std::string name;  ///< The member, or empty for the container itself. UTF-8.
  Error error;
};

/// What a container's directory says of one member, whether or not it can be brought out.
struct Member {
  std::string name;
  std::uint64_t packed_size = 0;  ///< Bytes in the container.
  std::uint64_t real_size = 0;    ///< Bytes unpacked, as declared.
  bool encrypted = false;
  std::uint64_t position = 0;             ///< 1 for the first.
  std::optional<std::uint32_t> checksum;  ///< CRC-32, where the format has one.
};

/// Something about a container that an honest writer would not have made: rules and people may ask
/// for it, and it is no gap by itself.
struct Oddity {
  std::string_view name;  ///< Of a fixed set, in snake_case: "members_overlap". For ever valid.
  std::string member;     ///< The member that it is about, or empty for the container.
};

struct Visitor {
  /// Called for each member before it is brought out; may be empty.
  std::function<void(const Member&)> member;
  /// Asked with a member's number from 0, before it is brought out: false leaves it out. May be
  /// empty. Formats that must be read from the front are still read whole.
  std::function<bool(std::size_t)> wanted;
  /// Called for each child in order; nested unpacking is the caller's affair.
  std::function<void(const Child&)> child;
  std::function<void(const Missed&)> missed;
  /// May be empty.
  std::function<void(const Oddity&)> odd;
  /// Whether packed programs may be run in emulation.
  bool may_run = true;
  /// Whether an ambiguous message is read in all ways: not inside of one of its readings, nor where
  /// it is shown as a text.
  bool may_read_all_ways = true;
  /// Tried in this order on members that are encrypted. The caller's, for as long as the visit.
  std::span<const std::string> passwords;

  void tell_odd(std::string_view name, std::string about = "") const {
    if (odd) odd({name, std::move(about)});
  }
};

/// True where `format` holds other objects, whether or not this room opens it.
bool is_container(formats::Format format);
/// True where `format` is a container that this room opens.
bool opens(formats::Format format);

/// True where opening is bounded code of our own alone (text, mail, markup, what encodes bytes as
/// text): no library for packed bytes, no emulation, no parser of programs. Not for what stands in
/// it, which is asked for again.
bool by_own_code_alone(formats::Format format);

/// Brings out the children. Each pays for its bytes and as an object; but a mailbox's messages are
/// views of the mailbox and cost steps alone, so that a large honest mailbox is read to its end.
/// A member that is damaged behind its first bytes is brought out as far as it goes and is missed
/// as well. A container of a format that is not opened is one Missed of unsupported. An empty
/// purse ends it with a Missed of budget_spent.
void unpack(formats::Format format, Bytes bytes, Budget& budget, const Visitor& visitor);

}  // namespace antidotary::unpack
