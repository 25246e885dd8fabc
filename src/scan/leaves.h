// Leaves: gathers what a ledger wants to know of a message's attachments and their members, while
// the scan goes through them. It computes digests of those alone, and only where it is asked to.
//
// What is no attachment is left out: the text that is the message itself, the parts of a document,
// the streams of a program. What these hide still counts for whatever holds them (`Below`).
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "core/budget.h"
#include "scan/leaf.h"
#include "scan/report.h"
#include "unpack/unpack.h"

namespace antidotary::scan {

class Leaves {
 public:
  explicit Leaves(bool wanted) : wanted_(wanted) {}

  /// Goes down to an object that stands in one of `holder`'s format (unknown: in none).
  void enter(const unpack::Child& object, formats::Format holder);
  /// A container names a member, whether or not it is brought out.
  void saw_member(const std::string& name);
  void saw_encrypted();
  /// Done with the object that was entered last, which is of `format`.
  void leave(const unpack::Child& object, formats::Format format, Budget& budget);
  /// Hands the leaves to the report, the risky ones first.
  void finish(Report& report);

 private:
  struct Frame {
    Below below;
    bool listed = true;    ///< All that it stands in are messages and archives.
    bool in_text = false;  ///< It is, or stands in, a text that the message shows.
    bool reading = false;  ///< It is, or stands in, a reading of an ambiguous message.
    bool package = false;
    std::set<std::string> inside;
    std::size_t plain_before = 0;
  };
  bool is_leaf(const Frame& frame, formats::Format format, Risk risk) const;
  void add(const unpack::Child& object, const Frame& frame, formats::Format format, Risk risk,
           Budget& budget);

  bool wanted_;
  std::vector<Frame> frames_;
  std::vector<Leaf> risky_;
  std::vector<Leaf> plain_;
  std::set<std::string> seen_;  ///< SHA-256 of those.
  std::uint64_t left_out_ = 0;
};

}  // namespace antidotary::scan
