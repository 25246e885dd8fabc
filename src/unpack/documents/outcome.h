// What came out of a document in a test: "name=bytes" in order, what was missed and what was odd.
// For tests only.
#pragma once

#include <string>
#include <vector>

#include "unpack/unpack.h"

namespace antidotary::unpack {

struct Outcome {
  std::vector<std::string> children;
  std::vector<std::string> missed;  ///< "name: sentence".
  std::vector<ErrorKind> kinds;     ///< Of what was missed.
  std::vector<std::string> odd;     ///< "name" or "name: member".

  /// The bytes of the first child of this name; "(none)" without.
  std::string of(const std::string& name) const {
    for (const std::string& child : children) {
      if (child.starts_with(name + "=")) return child.substr(name.size() + 1);
    }
    return "(none)";
  }
};

inline Outcome open_document(formats::Format format, std::string_view bytes, Limits limits = {}) {
  Outcome out;
  Budget budget(limits);
  Visitor visitor;
  visitor.child = [&out](const Child& child) {
    out.children.push_back(child.name + "=" + to_string(child.bytes));
  };
  visitor.missed = [&out](const Missed& missed) {
    out.missed.push_back(missed.name + ": " + missed.error.what);
    out.kinds.push_back(missed.error.kind);
  };
  visitor.odd = [&out](const Oddity& oddity) {
    out.odd.push_back(std::string(oddity.name) +
                      (oddity.member.empty() ? "" : ": " + oddity.member));
  };
  unpack(format, as_bytes(bytes), budget, visitor);
  return out;
}

}  // namespace antidotary::unpack
