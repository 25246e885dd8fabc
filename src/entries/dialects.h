// Dialects: how vendors write labels, as data. One table; label.cc reads it, nobody switches on a
// vendor's name.
//
// The common tongue is CARO's: [type://][platform/]family[.group][.length][.variant][@m][!comment].
// A dialect is what one vendor does otherwise. Sources: CARO naming scheme (caro.org), Microsoft's
// page on malware names, and the labels that the encyclopedia lists with their sources.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace antidotary::entries {

/// What digits alone mean where a variant could stand.
enum class Digits : std::uint8_t {
  length,     ///< The infective length, CARO's: "Magistr.24876".
  signature,  ///< The number of the vendor's signature: ClamAV's "Mydoom-5".
};

struct Dialect {
  std::string_view vendor;
  /// Other ways to write the vendor, as reports of many engines do; separated by '|'.
  std::string_view also;
  /// The vendor's form, for people: "platform.family.variant@mm".
  std::string_view form;
  Digits digits = Digits::length;
  /// First letters of a record number that looks like a variant: AhnLab's "R1234".
  std::string_view record_letters = {};
};

std::span<const Dialect> dialects();
/// By any way to write the vendor ("TrendMicro-HouseCall", "Kaspersky (AVP)"); null if not known.
const Dialect* find_dialect(std::string_view vendor);

/// What a word of a label is, apart from a family's name. Lower case.
enum class WordClass : std::uint8_t {
  other,     ///< A family's name, or nothing known.
  type,      ///< "worm", "troj".
  platform,  ///< "w32".
  filler,    ///< "a", "variant", "of": before the family, says nothing.
  generic,   ///< A name that is given to anything: "agent", "small".
};
WordClass class_of(std::string_view lower_word);
/// The ways to write that a macro runs in Word: "w97m", "wm97", "msword". Lower case.
bool is_word_platform(std::string_view lower_word);
/// Words after the family that are no variant: "worm", "gen", "dam".
bool is_trailing_word(std::string_view lower_word);

/// An engine that answers with another's words, so that both have one vote.
struct SharedEngine {
  std::string_view vendor;
  std::string_view engine;  ///< The vendor whose engine it is.
  std::string_view source;
};
std::span<const SharedEngine> shared_engines();

}  // namespace antidotary::entries
