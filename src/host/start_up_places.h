// Start-up places: the registry values from which Windows starts programs by itself, as one table.
//
// Which places there are is common knowledge of the field (RegRipper's plug-ins and Autoruns' tabs
// list the same); services and drivers have rules of their own and are not in the table.
#pragma once

#include <span>
#include <string_view>

namespace antidotary::host {

/// How the data of a value names what is started.
enum class StartForm : unsigned char {
  command,    ///< One command line.
  list,       ///< Several, with commas between them.
  clsid,      ///< A class, whose InprocServer32 is loaded.
  key_clsid,  ///< The same; the class is the key's own name, no value is asked.
  catalog,    ///< A Winsock catalog item: a path of 260 bytes, then numbers.
};

struct StartPlace {
  /// Below `HKLM\` and, with `users`, below `HKCU\` and `HKU\.DEFAULT\`; `*` is every subkey.
  std::string_view key;
  std::string_view value;  ///< `*`: every value.
  StartForm form = StartForm::command;
  bool users = false;
};

std::span<const StartPlace> start_places();

}  // namespace antidotary::host
