// file: a text of the published size where the threat writes its file.
//
// Digests cannot be simulated (no text of ours has a worm's digest): path and size stand for them.
#include "entries/kinds/file.h"

#include "simulate/kinds.h"

namespace antidotary::simulate {
namespace {

std::string in_folder(std::string_view directory, const std::string& name) {
  return std::string(directory) + '\\' + name;
}

void make(const entries::Change& change, const entries::Variant& variant, Scene& scene) {
  const auto& file = dynamic_cast<const entries::FileChange&>(change);
  const std::string name = concrete(file.name);
  if (!file.genuine_twin.empty()) {
    const std::string twin = scene.place(in_folder(file.genuine_twin, name));
    scene.files.try_emplace(twin, stand_in("the genuine Windows file " + name, 0));
  }
  const std::string role = file.role.empty() ? "a file" : file.role;
  const std::uint64_t size = file.sizes.empty() ? 0 : file.sizes.front();
  scene.files[scene.place(in_folder(concrete(file.directory), name))] =
      stand_in(role + " of " + variant.title + ", " + file.summary(), size);
}

}  // namespace

const Kind& file_kind() {
  static constexpr Kind kind = {"file", &make};
  return kind;
}

}  // namespace antidotary::simulate
