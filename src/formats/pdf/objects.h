// PDF's objects: found by looking for them, whatever the cross references say.
//
// A file's table of cross references is one attacker-made opinion of where objects are; this reads
// every "12 0 obj" that stands there. Streams' lengths are believed where "endstream" follows.
//
// Spec: ISO 32000-1:2008, 7.3.8, 7.3.10, 7.5.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "core/result.h"
#include "formats/pdf/syntax.h"

namespace antidotary::pdf {

struct Object {
  std::uint32_t number = 0;
  std::uint32_t generation = 0;
  std::string_view value;  ///< The dictionary or whatever it is.
  Bytes stream;            ///< Empty without one. Still packed and enciphered.
  bool has_stream = false;
  bool odd_length = false;   ///< The stated length is not where the stream ends.
  bool open_ended = false;   ///< No "endstream": it ends with the object or the file.
  bool stray = false;        ///< A stream without an object's head: that is damaged.
  std::uint64_t offset = 0;  ///< Of its number.
};

struct Objects {
  std::vector<Object> all;                 ///< In the order of the file.
  std::vector<std::string_view> trailers;  ///< Their dictionaries.
};

/// Finds all objects and trailers. Errors: budget_spent.
Result<Objects> find_objects(Bytes bytes, Budget& budget);

}  // namespace antidotary::pdf
