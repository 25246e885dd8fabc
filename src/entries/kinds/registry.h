// [[registry]]: a registry value or key that the threat sets, makes or deletes.
#pragma once

#include <string>
#include <vector>

#include "entries/change.h"

namespace antidotary::entries {

struct RegistryChange : Change {
  enum class Action : std::uint8_t { set, create_key, remove };
  enum class Old : std::uint8_t {
    absent,   ///< There was no such value or key.
    value,    ///< `old_data` was there.
    initial,  ///< The system's default, given in `old_data`.
    unknown,  ///< No source says.
  };

  /// Whose value it was that the threat deleted: decides whether it comes back.
  enum class Owner : std::uint8_t { unknown, threat, protection, program, windows };

  std::string key;    ///< `HKLM\Software\...`, `HKCU\...`, `HKCR\...`.
  std::string value;  ///< Empty is the default value; unused by create_key.
  /// `value` is a pattern of names (`*`, `?`): the threat takes a random one, or no source prints
  /// it. `data` then tells which of the key's values is meant. Else both are plain characters.
  bool value_is_pattern = false;
  std::string value_type;  ///< "REG_SZ" unless said.
  /// False where no source prints the type: a number may then be stored as text or as a number.
  bool type_is_stated = true;
  Action action = Action::set;
  std::string data;  ///< What it is set to, with variables: `%windir%\videodrv.exe`.
  Old old = Old::unknown;
  std::string old_data;
  bool old_data_is_stated = false;  ///< Tells an empty text from none.
  Owner owner = Owner::unknown;     ///< Only of `remove`.

  static std::span<const std::string_view> owner_names();

  std::string_view kind() const override { return "registry"; }
  std::string summary() const override;
  /// A value that the threat deletes leaves nothing to be found.
  bool checkable() const override { return action != Action::remove; }
  /// True where the value's random name is that of the program it starts: "Wink*" beside
  /// `%system%\wink*.exe`.
  bool named_as_program() const;
  /// True where the key says what Windows starts to open files of a kind.
  bool is_handler() const;
  /// True where a source says what data stood there before: `old_data`.
  bool had_value() const { return old == Old::value || old == Old::initial; }
};

/// The file's name in a path, without its ending: "videodrv" of `%windir%\videodrv.exe`.
std::string_view stem_of(std::string_view path);

/// A key with its root in full: "HKLM\..." is "HKEY_LOCAL_MACHINE\..."; unchanged where its root is
/// none of HKLM, HKCU, HKCR and HKU.
std::string full_key(std::string_view key);

}  // namespace antidotary::entries
