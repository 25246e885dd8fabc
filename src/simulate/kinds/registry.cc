// registry: the value or key, with data as this computer writes them.
#include "entries/kinds/registry.h"

#include <algorithm>
#include <charconv>

#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"
#include "entries/kinds/file.h"
#include "formats/regf/hive.h"
#include "simulate/kinds.h"

namespace antidotary::simulate {
namespace {

using entries::RegistryChange;

std::uint64_t number_of(std::string_view text) {
  text = trim(text);
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  return value;
}

Buffer multi_text(std::string_view text) {
  Buffer out;
  for (const std::string_view line : split(text, '\n')) {
    const Buffer part = regf::data_of_text(line);
    out.insert(out.end(), part.begin(), part.end());
  }
  append_u16_le(out, 0);
  return out;
}

Buffer octets_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != ',') digits.push_back(c);
  }
  return from_hex(digits).value_or(Buffer{});
}

Buffer data_of(const RegistryChange& change, const std::string& data, const Scene& scene) {
  Buffer out;
  if (change.value_type == "REG_DWORD") {
    append_u32_le(out, static_cast<std::uint32_t>(number_of(data)));
  } else if (change.value_type == "REG_QWORD") {
    append_u64_le(out, number_of(data));
  } else if (change.value_type == "REG_BINARY") {
    out = octets_of(data);
  } else if (change.value_type == "REG_MULTI_SZ") {
    out = multi_text(scene.written(data));
  } else {
    out = regf::data_of_text(scene.written(data));
  }
  return out;
}

// Where no source gives the data of a start-up value, or only a pattern of them, it names the
// variant's first file that fits.
std::string likely_data(const RegistryChange& change, const entries::Variant& variant) {
  const bool pattern = change.data.find_first_of("*?") != std::string::npos &&
                       change.data.find('"') == std::string::npos;
  if ((!change.data.empty() && !pattern) || change.value_type.find("SZ") == std::string::npos) {
    return change.data;
  }
  for (const auto& other : variant.changes) {
    const auto* file = dynamic_cast<const entries::FileChange*>(other.get());
    if (file == nullptr) continue;
    std::string path = concrete(file->directory) + '\\' + concrete(file->name);
    if (!pattern || matches_wildcard(change.data, path)) return path;
  }
  return pattern ? concrete(change.data) : "inert";
}

std::string name_of(const RegistryChange& change, std::string_view data) {
  if (change.named_as_program()) return std::string(entries::stem_of(data));
  return change.value_is_pattern ? concrete(change.value) : change.value;
}

void make(const entries::Change& change, const entries::Variant& variant, Scene& scene) {
  const auto& registry = dynamic_cast<const RegistryChange&>(change);
  regf::KeySpec* key = scene.key(registry.key);
  if (key == nullptr) return;
  switch (registry.action) {
    case RegistryChange::Action::create_key:
      return;  // asking for it has made it
    case RegistryChange::Action::remove:
      key->values.erase(std::remove_if(key->values.begin(), key->values.end(),
                                       [&](const regf::ValueSpec& value) {
                                         return equal_ignoring_case(value.name, registry.value);
                                       }),
                        key->values.end());
      return;
    case RegistryChange::Action::set: {
      const std::string data = likely_data(registry, variant);
      key->set(name_of(registry, data), regf::type_from_name(registry.value_type).value_or(1),
               data_of(registry, data, scene));
      return;
    }
  }
}

}  // namespace

const Kind& registry_kind() {
  static constexpr Kind kind = {"registry", &make};
  return kind;
}

}  // namespace antidotary::simulate
