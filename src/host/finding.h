// Finding: what was seen on a computer of one change that an entry states.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "entries/change.h"
#include "host/tree.h"

namespace antidotary::host {

enum class Outcome : std::uint8_t {
  found,         ///< There, and everything that the entry states of it agrees.
  missing,       ///< Not there.
  contradicted,  ///< Something is there, but a size, digest or datum says it is another thing.
  unknown,       ///< Could not be read; the reason is in `detail`.
};
std::span<const std::string_view> enum_names(Outcome);

struct FileFact {
  std::string path;  ///< Exact, below the tree's root.
  Node node;
  std::string sha256;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("path", self.path);
    visit("node", self.node);
    visit("sha256", self.sha256);
  }
};

struct RegistryFact {
  std::string hive;  ///< Exact path of the hive file below the tree's root.
  Node hive_node;
  std::string root;   ///< How the key's path begins for a person: `HKLM\SOFTWARE`, `HKCU (alice)`.
  std::string key;    ///< Exact path in the hive, '\\' between names.
  std::string value;  ///< Exact name; empty is the default value.
  bool whole_key = false;     ///< The key itself is the finding, not a value.
  std::uint32_t subkeys = 0;  ///< Of a whole key: how many subkeys it has.
  std::uint32_t values = 0;   ///< Of a whole key: how many values it has.
  std::uint32_t type = 0;
  Buffer data;
  /// When the key was last written to, whatever in it was changed.
  std::optional<std::int64_t> key_written_unix_ns;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("hive", self.hive);
    visit("hive_node", self.hive_node);
    visit("root", self.root);
    visit("key", self.key);
    visit("value", self.value);
    visit("whole_key", self.whole_key);
    visit("subkeys", self.subkeys);
    visit("values", self.values);
    visit("type", self.type);
    visit("data", self.data);
    visit("key_written_unix_ns", self.key_written_unix_ns);
  }
};

/// A line of a text file that Windows heeds (win.ini, system.ini, hosts), and what of it a threat
/// wrote.
struct LineFact {
  FileFact file;                  ///< The whole file.
  std::uint64_t offset = 0;       ///< Of the line, in bytes.
  Buffer line;                    ///< As it stands, without its end.
  std::uint64_t part_offset = 0;  ///< Of what is the threat's, within the line.
  std::uint64_t part_size = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("file", self.file);
    visit("offset", self.offset);
    visit("line", self.line);
    visit("part_offset", self.part_offset);
    visit("part_size", self.part_size);
  }
};

/// `HKLM\SOFTWARE\...\Run: VideoDriver`, or the key alone; the default value is "(default)".
std::string where_of(const RegistryFact& fact);

struct Finding {
  std::string entry;
  std::string variant;
  std::string change;
  std::string kind;
  entries::Grade grade = entries::Grade::weak;
  Outcome outcome = Outcome::missing;
  /// A size, digest or exact datum that the entry states was compared and agrees.
  bool confirmed = false;
  std::string where;   ///< For a person: `WINDOWS/videodrv.exe`, `HKLM\...\Run: VideoDriver`.
  std::string detail;  ///< "19,824 bytes, as published".
  std::optional<FileFact> file;
  std::optional<RegistryFact> registry;
  std::optional<LineFact> line;
  std::vector<std::string> container;  ///< For a message: the path of containers.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("entry", self.entry);
    visit("variant", self.variant);
    visit("change", self.change);
    visit("kind", self.kind);
    visit("grade", self.grade);
    visit("outcome", self.outcome);
    visit("confirmed", self.confirmed);
    visit("where", self.where);
    visit("detail", self.detail);
    visit("file", self.file);
    visit("registry", self.registry);
    visit("line", self.line);
    visit("container", self.container);
  }
};

/// What is said of a change that was found nowhere: missing or, where `doubt` says that something
/// was not read, unknown.
Finding not_found(const entries::Change& change, std::string doubt);

}  // namespace antidotary::host
