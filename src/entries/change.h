// Change: one thing that a threat does to a computer or sends to it, stated once, with its source.
//
// Every kind of change is a struct of its own in kinds/ that derives from Change. The rooms that
// act on changes (host, mail, plan, simulate, publish) each keep a table of functions by kind
// name; nobody switches over kinds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace antidotary::entries {

/// How much a change, once found, says.
enum class Grade : std::uint8_t {
  weak,        ///< Innocent things share it; it never convicts.
  strong,      ///< Two of different kinds that agree on a variant convict.
  conclusive,  ///< Identifies the variant alone.
};
std::span<const std::string_view> enum_names(Grade);

/// Where in the entry's files something was said, for messages.
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Change {
  virtual ~Change() = default;
  /// The kind's name as entries write it: "file", "registry", "message" ...
  virtual std::string_view kind() const = 0;
  /// One line for a person, without the evidence: `%windir%\videodrv.exe`.
  virtual std::string summary() const = 0;
  /// True where finding it, alone or with others, can tell anything: a kind may know no mark
  /// that can be looked for on a disk or in a message (a mutex, a port).
  virtual bool checkable() const { return true; }

  std::string id;  ///< Unique in the variant: "worm-body".
  Grade evidence = Grade::weak;
  std::vector<std::string> sources;  ///< Ids of the entry's sources; never empty.
  std::string note;
  std::vector<std::string> before;  ///< Ids of changes whose inverse must come after this one's.
  /// Why it is not taken back by the program but by a person, after all else: a mark that keeps the
  /// threat quiet. Empty for nearly every change.
  std::string keep;
  Place place;
};

using ChangeList = std::vector<std::unique_ptr<Change>>;

}  // namespace antidotary::entries
