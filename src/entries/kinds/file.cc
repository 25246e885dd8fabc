// [[file]]: reading it, and its line for a person.
#include "entries/kinds/file.h"

#include "core/text.h"
#include "entries/kinds.h"

namespace antidotary::entries {
namespace {

std::vector<std::string> digests(Fields& fields, std::string_view key) {
  std::vector<std::string> out = fields.texts(key);
  for (std::string& digest : out) digest = ascii_lower(digest);
  return out;
}

std::unique_ptr<Change> read(Fields& fields) {
  auto change = std::make_unique<FileChange>();
  change->directory = fields.required_text("directory");
  change->name = fields.required_text("name");
  change->role = fields.text("role");
  change->sizes = fields.numbers("sizes");
  change->md5 = digests(fields, "md5");
  change->sha1 = digests(fields, "sha1");
  change->sha256 = digests(fields, "sha256");
  change->genuine_twin = fields.text("genuine_twin");
  if (change->name.find_first_of("\\/") != std::string::npos) {
    fields.problem("name", "the file's name holds a path",
                   "Put the folders into `directory` and the last part alone into `name`.");
  }
  return change;
}

}  // namespace

std::string FileChange::summary() const {
  return directory.ends_with('\\') ? directory + name : directory + '\\' + name;
}

const Kind& file_kind() {
  static constexpr Kind kind = {"file", "a file that the threat writes", &read};
  return kind;
}

}  // namespace antidotary::entries
