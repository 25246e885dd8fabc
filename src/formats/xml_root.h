// XmlRoot: the name of a document's first element, behind all that may stand before it: a
// declaration and other instructions, comments, white space and a DOCTYPE with its own subset.
//
// Not an XML reader: nothing is judged well-formed. A declaration need not be there, and which
// vocabulary a document is of its first element says, not what its text mentions somewhere.
//
// Spec: XML 1.0, 2.8 (Prolog); Namespaces in XML 1.0, 4.
#pragma once

#include <string_view>

namespace antidotary::formats {

struct XmlRoot {
  std::string_view name;  ///< Without its prefix; empty: `text` begins with no element.
  bool cut = false;       ///< `text` ends before an element begins.
};

/// One pass over what stands before the element; `name` points into `text`.
XmlRoot xml_root(std::string_view text);

}  // namespace antidotary::formats
