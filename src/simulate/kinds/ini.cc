// ini: the line in its section, made or filled.
#include "entries/kinds/ini.h"

#include "core/bytes.h"
#include "formats/lines/lines.h"
#include "simulate/kinds.h"

namespace antidotary::simulate {
namespace {

void make(const entries::Change& change, const entries::Variant&, Scene& scene) {
  const auto& ini = dynamic_cast<const entries::IniChange&>(change);
  Buffer& file = scene.files[scene.place(ini.directory + '\\' + ini.name)];
  std::string text(as_text(file));
  const std::string data = scene.written(concrete(ini.data.front()));
  const auto there = lines::settings(text, ini.section, ini.key);
  if (there.empty()) {
    // A second section of one name is read as well.
    text += "\r\n[" + ini.section + "]\r\n" + ini.key + '=' + data + "\r\n";
  } else {
    const lines::Part value = there.front().value;
    const bool beside_others = ini.is_list() && value.size > 0;
    text.replace(value.offset, value.size,
                 beside_others ? std::string(value.of(text)) + ' ' + data : data);
  }
  file = to_buffer(as_bytes(std::string_view(text)));
}

}  // namespace

const Kind& ini_kind() {
  static constexpr Kind kind = {"ini", &make};
  return kind;
}

}  // namespace antidotary::simulate
