// How each kind of change is made in a scratch tree: one file in kinds/ each.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "entries/entry.h"
#include "entries/kinds/file.h"
#include "formats/regf/writer.h"

namespace antidotary::simulate {

struct Message {
  std::string name;  ///< "lure-mail": becomes part of the file's name.
  std::string text;  ///< RFC 5322 text with CRLF.
};

/// The scene that kinds add to; written to disk when all are done.
struct Scene {
  std::map<std::string, Buffer> files;  ///< By path below host/, '/' between names.
  regf::KeySpec software;               ///< HKLM\SOFTWARE.
  regf::KeySpec system;                 ///< HKLM\SYSTEM.
  regf::KeySpec user;                   ///< HKCU of alice.
  regf::KeySpec default_user;           ///< HKU\.DEFAULT.
  std::vector<Message> messages;        ///< In the order of the mailbox.

  /// `%windir%\x` as a path below host/ ("WINDOWS/x"), the first of the places it may mean. Names
  /// that are there in other case are kept as they are; `.` and `..` are dropped.
  std::string place(std::string_view windows_path) const;
  /// `%windir%\x` as this computer writes it: `C:\WINDOWS\x`.
  std::string written(std::string_view windows_path) const;
  /// The key that `HKLM\...`, `HKCU\...`, `HKCR\...` or `HKU\...` means here, made as far as
  /// missing; null where it is in none of these hives. The reference lives until the next call.
  regf::KeySpec* key(std::string_view path);
  /// Puts a lure among the messages that are there.
  void slip_in(Message message);
};

/// Inert bytes that say what they stand for, `size` long (or the text's own length for 0). A size
/// over `stand_in_size_max` is cut to it.
Buffer stand_in(std::string_view what, std::uint64_t size);
inline constexpr std::uint64_t stand_in_size_max = 64 << 20;

/// A name that `pattern` matches: runs of letters for `*`, a letter for `?`, the same ones always.
std::string concrete(std::string_view pattern);

/// The content that stands for this file: EICAR's own 68 bytes where the digest is EICAR's, else a
/// text of the published size.
Buffer specimen(const entries::FileChange& change, const entries::Variant& variant);

struct Kind {
  std::string_view name;
  void (*make)(const entries::Change& change, const entries::Variant& variant, Scene& scene);
};

std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);

}  // namespace antidotary::simulate
