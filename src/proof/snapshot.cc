#include "proof/snapshot.h"

#include <sys/xattr.h>

#include <algorithm>
#include <iterator>

#include "core/digest.h"
#include "core/text.h"
#include "files/root.h"

namespace antidotary::proof {
namespace {

// Names and values of a descriptor's extended attributes, as one digest; "-" for none.
std::string attributes_of(int descriptor) {
  std::string names(65536, '\0');
  const ssize_t size = flistxattr(descriptor, names.data(), names.size());
  if (size <= 0) return "-";
  names.resize(static_cast<std::size_t>(size));
  std::vector<std::string> all;
  for (const std::string_view name : split(names, '\0')) {
    if (name.empty()) continue;
    std::string value(65536, '\0');
    const std::string key(name);
    const ssize_t length = fgetxattr(descriptor, key.c_str(), value.data(), value.size());
    value.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    all.push_back(key + "=" + to_hex(as_bytes(std::string_view(value))));
  }
  std::sort(all.begin(), all.end());
  return join(all, ",");
}

std::string line_of(const std::string& path, const files::Stat& stat, const std::string& sha256,
                    const std::string& attributes) {
  return fmt::format("{} kind={} size={} sha256={} mtime={} mode={:o} owner={}:{} xattr={}", path,
                     static_cast<int>(stat.kind), stat.size_bytes, sha256, stat.modified_unix_ns,
                     stat.mode, stat.owner, stat.group, attributes);
}

}  // namespace

Result<Snapshot> snapshot(const std::string& directory) {
  const files::Root root = ANTIDOTARY_TRY(files::Root::open(directory));
  Snapshot result;
  std::vector<std::string> folders = {""};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    const std::vector<files::Named> nodes = ANTIDOTARY_TRY(root.list(folder));
    for (const files::Named& node : nodes) {
      const std::string path = folder.empty() ? node.name : folder + "/" + node.name;
      std::string sha256 = "-";
      std::string attributes = "-";
      files::Stat stat = node.stat;
      if (stat.kind == files::Kind::file) {
        const files::Fd file = ANTIDOTARY_TRY(root.open_file(path));
        sha256 = ANTIDOTARY_TRY(files::sha256_of(file.get()));
        attributes = attributes_of(file.get());
      } else if (stat.kind == files::Kind::directory) {
        stat.size_bytes = 0;  // a folder's own size is the file system's affair
        folders.push_back(path);
      }
      result.lines.push_back(line_of(path, stat, sha256, attributes));
    }
  }
  std::sort(result.lines.begin(), result.lines.end());
  return result;
}

std::string Snapshot::digest() const {
  Digester digester(DigestKind::sha256);
  for (const std::string& line : lines) {
    digester.update(as_bytes(std::string_view(line)));
    digester.update(as_bytes(std::string_view("\n")));
  }
  return digester.finish_hex();
}

std::vector<std::string> Snapshot::differences(const Snapshot& other, std::size_t most) const {
  std::vector<std::string> here;
  std::vector<std::string> there;
  std::set_difference(lines.begin(), lines.end(), other.lines.begin(), other.lines.end(),
                      std::back_inserter(here));
  std::set_difference(other.lines.begin(), other.lines.end(), lines.begin(), lines.end(),
                      std::back_inserter(there));
  std::vector<std::string> out;
  for (const std::string& line : here) out.push_back("- " + line);
  for (const std::string& line : there) out.push_back("+ " + line);
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace antidotary::proof
