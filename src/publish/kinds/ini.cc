// ini: said with file, section and line; taken back in an editor of plain text.
#include "entries/kinds/ini.h"

#include <fmt/core.h>

#include "core/text.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

const entries::IniChange& ini_of(const entries::Change& change) {
  return dynamic_cast<const entries::IniChange&>(change);
}

std::string old_value(const entries::IniChange& ini) {
  if (!ini.old_data) return ini.is_list() ? "(other programs, or none)" : "unknown";
  return ini.old_data->empty() ? "(nothing)" : *ini.old_data;
}

Rows render(const entries::Change& change) {
  const auto& ini = ini_of(change);
  return {{"File", ini.directory + '\\' + ini.name},
          {"Section", '[' + ini.section + ']'},
          {"Line", ini.key},
          {"Old value", old_value(ini)},
          {"New value", join(ini.data, " or ")}};
}

std::string by_hand(const entries::Change& change) {
  const auto& ini = ini_of(change);
  const std::string where =
      fmt::format("In {}\\{}, section [{}]", ini.directory, ini.name, ini.section);
  const std::string data = join(ini.data, " or ");
  if (ini.is_list()) {
    return fmt::format("{}, take {} out of the line {}= and leave what else it names.", where, data,
                       ini.key);
  }
  if (!ini.old_data) {
    return fmt::format("{}, look at the line {}= that holds {}: no source says what it held.",
                       where, ini.key, data);
  }
  return fmt::format("{}, write \"{}={}\" in the place of the line {}= that holds {}.", where,
                     ini.key, *ini.old_data, ini.key, data);
}

void describe(const entries::Change& change, Json& object) {
  const auto& ini = ini_of(change);
  object.set("directory", ini.directory);
  object.set("name", ini.name);
  object.set("section", ini.section);
  object.set("key", ini.key);
  object.set("data", json_list(ini.data));
  if (ini.old_data) object.set("old_data", *ini.old_data);
}

LineTerm line(const entries::Change& change) {
  const auto& ini = ini_of(change);
  return {{ini.directory}, ini.name, ini.key, ini.data, ini.is_list()};
}

}  // namespace

const Kind& ini_kind() {
  static constexpr Kind kind = {
      "ini",
      "Lines of ini files",
      &render,
      &by_hand,
      &describe,
      "Open the file that is named in Notepad; make a copy of it first, so that you "
      "can put it back. Leave every other line as it is.",
      1,
      nullptr,
      nullptr,
      &line};
  return kind;
}

}  // namespace antidotary::publish
