// How each kind of change is made in a scratch tree: one file in kinds/ each.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "entries/entry.h"
#include "formats/regf/writer.h"

namespace antidotary::simulate {

/// The scene that kinds add to; written to disk when all are done.
struct Scene {
  std::map<std::string, Buffer> files;  ///< By path below host/, '/' between names.
  regf::KeySpec software;               ///< HKLM\SOFTWARE.
  regf::KeySpec system;                 ///< HKLM\SYSTEM.
  regf::KeySpec user;                   ///< HKCU of alice.
  std::vector<std::string> messages;    ///< RFC 5322 text with CRLF.

  /// `%windir%\x` as a path below host/ ("WINDOWS/x"), the first of the places it may mean.
  std::string place(std::string_view windows_path) const;
  /// `%windir%\x` as this computer writes it: `C:\WINDOWS\x`.
  std::string written(std::string_view windows_path) const;
};

/// Inert bytes that say what they stand for, `size` long (or the text's own length for 0).
Buffer stand_in(std::string_view what, std::uint64_t size);

struct Kind {
  std::string_view name;
  void (*make)(const entries::Change& change, const entries::Variant& variant, Scene& scene);
};

std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);

}  // namespace antidotary::simulate
