// Unpack: one object in, its child objects out, all under the one budget.
//
// Archives by libarchive (its program filters stay off, only the formats named here are enabled),
// mailboxes and messages by formats/. Nothing is written anywhere.
#pragma once

#include <functional>
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
};

/// What an unpacker could not bring out. The caller maps the kind of error to opaque, limited or
/// failed (encrypted and unsupported are opaque; budget_spent is limited; the rest failed).
struct Missed {
  std::string name;  ///< The member, or empty for the container itself.
  Error error;
};

struct Visitor {
  /// Called for each child in order; nested unpacking is the caller's affair.
  std::function<void(const Child&)> child;
  std::function<void(const Missed&)> missed;
};

/// True where `format` is a container that this room opens.
bool opens(formats::Format format);
/// Brings out the children. An empty purse ends it with a Missed of budget_spent.
void unpack(formats::Format format, Bytes bytes, Budget& budget, const Visitor& visitor);

}  // namespace antidotary::unpack
