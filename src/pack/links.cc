#include "pack/links.h"

#include "core/record.h"
#include "pack/section_names.h"

namespace antidotary::pack {
namespace {

template <class T>
Result<T> table_of(const File& file, std::string_view name) {
  const Bytes section = file.section(name);
  if (section.empty()) return T{};
  return from_wire<T>(section);
}

}  // namespace

Result<Links> links_of(const File& file) { return table_of<Links>(file, sections::links); }

Result<std::vector<Password>> passwords_of(const File& file) {
  return table_of<std::vector<Password>>(file, sections::passwords);
}

}  // namespace antidotary::pack
