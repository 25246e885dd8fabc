// Tree: all that is inside an object, down to the last member, as a list: for `antidotary unpack`.
//
// It matches nothing; scan/ walks the same way for signatures.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/budget.h"
#include "core/bytes.h"
#include "formats/identify.h"

namespace antidotary::unpack {

struct Node {
  std::string name;
  std::vector<std::string> names;    ///< All that it may be called, where readers disagree.
  std::uint32_t parent = 0;          ///< Index into the list, below its own; of the first: 0.
  std::uint32_t depth = 0;           ///< 0 for the object itself.
  std::string format;                ///< The name of what it is.
  std::vector<std::string> formats;  ///< All that fit, where more than one does.
  std::uint64_t size = 0;
  std::uint64_t packed_size = 0;  ///< 0: not known, or not packed.
  bool here = true;               ///< False: it could not be brought out at all.
  std::vector<std::string> oddities;
  std::vector<std::string> gaps;  ///< What of it could not be read, as "kind: sentence".

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("name", self.name);
    visit("names", self.names);
    visit("parent", self.parent);
    visit("depth", self.depth);
    visit("format", self.format);
    visit("formats", self.formats);
    visit("size", self.size);
    visit("packed_size", self.packed_size);
    visit("here", self.here);
    visit("oddities", self.oddities);
    visit("gaps", self.gaps);
  }
};

struct Tree {
  std::vector<Node> nodes;  ///< The object itself first; each before what is in it.
  bool cut = false;         ///< `tree_nodes_max` was reached.

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("nodes", self.nodes);
    visit("cut", self.cut);
  }
};
inline constexpr std::size_t tree_nodes_max = 20'000;
/// Gaps and oddities of one node; more are left out.
inline constexpr std::size_t tree_notes_max = 64;

/// Unpacks `object` wholly. `sink`, unless empty, is handed the number and the bytes of each node
/// that is here, but for the object itself; false ends it. Never fails: what is missing is noted.
Tree tree_of(Bytes object, const std::string& name, Budget& budget,
             const std::function<bool(std::uint32_t, Bytes)>& sink = nullptr);

}  // namespace antidotary::unpack
