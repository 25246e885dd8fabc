// Readings: everything that some mail program may take out of a message whose form is ambiguous.
//
// Structure does not count here: every line that begins with "--" may divide parts, every place
// where a body may begin is one, and each body is decoded by every code that its bytes could mean,
// in every way that a program in use decodes it; what comes out is read again. What was read
// already is known by its digest and is not handed out twice. A scan of all of it finds what any
// reader finds.
//
// It costs several times what one reading costs, and is for messages whose tree (message.h) has
// anomalies: one in a hundred honest ones (docs/decisions/0161).
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::mime {

/// All readings of one message together may take so many times its size, and so many bytes beside.
inline constexpr std::uint64_t readings_ratio_max = 8;
inline constexpr std::uint64_t readings_floor_bytes = 64ull << 20;
/// Shorter readings hold nothing that is not seen in the message's own text.
inline constexpr std::size_t reading_bytes_min = 16;
/// Codes inside of codes.
inline constexpr std::size_t layers_max = 4;

struct Reading {
  Bytes bytes;                     ///< Valid during the call only, unless `view`.
  std::vector<std::string> names;  ///< All that its part may be called; the likeliest first.
  std::size_t offset = 0;          ///< Of its part in the message.
  bool view = false;               ///< A stretch of the message itself.
};

/// Which bytes were handed out already: SHA-256 of each.
class Known {
 public:
  /// False where it was known.
  bool add(Bytes bytes);
  /// A part's body: with its last line end and without.
  void add_body(Bytes body);

 private:
  std::set<Buffer> digests_;
};

/// Hands out each reading that `known` does not hold yet, and adds it. What it holds is read on all
/// the same: the caller has looked at those bytes, not at all that they may be read as.
/// `sink` may end it by an error of its own. Pays steps by the byte; bytes are the sink's to pay.
/// Errors: budget_spent; refused where a limit of this file is reached; the sink's.
Status read_all_ways(Bytes message, Known& known, Budget& budget,
                     const std::function<Status(const Reading&)>& sink);

/// The same for one body that states no code and looks as if it had one: only the codes that it
/// looks like are undone, where it stands. For messages with no other oddity: a key or a signature
/// in a letter is no reason to doubt its structure. `part` says what is known of it; its bytes are
/// the body.
Status read_coded_body(const Reading& part, Known& known, Budget& budget,
                       const std::function<Status(const Reading&)>& sink);

}  // namespace antidotary::mime
