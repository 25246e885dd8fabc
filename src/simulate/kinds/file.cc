// file: a text of the published size where the threat writes its file.
//
// Digests cannot be simulated (no text of ours has a worm's digest): path and size stand for them,
// and a proof puts the specimen's own digest in the entry's place. EICAR is the exception.
#include "entries/kinds/file.h"

#include <algorithm>

#include "core/digest.h"
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
  scene.files[scene.place(in_folder(concrete(file.directory), name))] = specimen(file, variant);
}

// The test string of EICAR, in two halves so that no scanner takes this file for it.
std::string eicar() {
  return std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$") + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
}

}  // namespace

Buffer specimen(const entries::FileChange& change, const entries::Variant& variant) {
  const std::string test = eicar();
  const Bytes bytes = as_bytes(std::string_view(test));
  const std::string digest = sha256_hex(bytes);
  if (std::find(change.sha256.begin(), change.sha256.end(), digest) != change.sha256.end()) {
    return to_buffer(bytes);
  }
  const std::string role = change.role.empty() ? "a file" : change.role;
  const std::uint64_t size = change.sizes.empty() ? 0 : change.sizes.front();
  return stand_in(role + " of " + variant.title + ", " + change.summary(), size);
}

const Kind& file_kind() {
  static constexpr Kind kind = {"file", &make};
  return kind;
}

}  // namespace antidotary::simulate
