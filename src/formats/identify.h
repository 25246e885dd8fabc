// Identify: what an object really is, by its content, whatever its name says.
//
// A format is told by its published magic where it has one, and by the look of its first bytes
// where it has none (text, messages). It is not clam_type.h, which answers what ClamAV's rules mean
// by a type. Embedded objects at other places than the formats' own are unpack/'s affair.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/bytes.h"
#include "formats/format.h"

namespace antidotary::formats {

/// How much speaks for a format.
enum class Confidence : std::uint8_t {
  weak,    ///< A short magic, or the look of it: also found by chance.
  strong,  ///< A magic of four bytes or more at its place, or several marks that agree.
};

struct Guess {
  Format format = Format::unknown;
  Confidence confidence = Confidence::weak;
};

/// At most so many formats fit one object.
inline constexpr std::size_t guesses_max = 4;

/// All formats that fit, the one that is believed first. A file that is a PDF and a ZIP at once has
/// two; scanning looks at it as each.
class Guesses {
 public:
  /// Adds a guess, unless its format is there already or there are guesses_max.
  void add(Format format, Confidence confidence);
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }
  const Guess& operator[](std::size_t index) const { return all_[index]; }
  const Guess* begin() const { return all_.data(); }
  const Guess* end() const { return all_.data() + count_; }

 private:
  std::array<Guess, guesses_max> all_;
  std::size_t count_ = 0;
};

/// Looks at the first 64 KiB, and at the few other places where a format keeps its magic (an ISO's
/// descriptors at 32 KiB, a trailer in the last 512 bytes). Never empty; never fails.
Guesses identify_all(Bytes bytes);

/// The first of identify_all().
Format identify(Bytes bytes);

}  // namespace antidotary::formats
