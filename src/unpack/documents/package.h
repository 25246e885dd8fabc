// Package: a file that was dropped into a document, and the older envelope of embedded objects that
// RTF writes. It is what "Ole10Native" streams and \objdata hold.
//
// Internal to the room. Views of the input; lengths are clamped to what is there.
//
// Spec: [MS-OLEDS] version 8.0, 2.2.4 and 2.2.5 (OLE 1.0 objects). The layout inside a Package has
// no published description; it is what public analyses and the objects themselves show.
#pragma once

#include <optional>
#include <string>

#include "core/bytes.h"

namespace antidotary::unpack {

struct Package {
  std::string name;  ///< The file's own, without its folders; empty where it says none. UTF-8.
  Bytes data;
  bool cut = false;  ///< More was stated than is there.
};

/// A package that begins at `bytes` (with its number 2). nullopt where it is none.
std::optional<Package> read_package(Bytes bytes);

/// The stream "Ole10Native": a length, then a package or any native data.
std::optional<Package> read_ole10_native(Bytes stream);

struct EmbeddedObject {
  std::string class_name;  ///< "Word.Document.8", "Package". UTF-8.
  bool linked = false;
  std::string link;  ///< Of a linked object, what it is linked to. UTF-8.
  Bytes data;        ///< Of an embedded one.
  bool cut = false;
};

/// An object of OLE 1.0. nullopt where it is none.
std::optional<EmbeddedObject> read_ole1(Bytes bytes);

/// The last part of a path of either system.
std::string file_name_of(std::string_view path);

}  // namespace antidotary::unpack
