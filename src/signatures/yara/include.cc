#include "signatures/yara/include.h"

#include <algorithm>
#include <vector>

#include "core/bytes.h"
#include "core/text.h"
#include "files/root.h"

namespace antidotary::signatures::yara {
namespace {

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : path.substr(0, slash + 1);
}

}  // namespace

std::string normal_path(std::string_view path) {
  std::vector<std::string> names;
  for (const std::string_view name : antidotary::split(path, '/')) {
    if (name.empty() || name == ".") continue;
    if (name == ".." && !names.empty() && names.back() != "..") {
      names.pop_back();
    } else {
      names.emplace_back(name);
    }
  }
  return (path.starts_with('/') ? "/" : "") + join(names, "/");
}

Result<std::string> resolve_include(std::string_view from, std::string_view written) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (written.empty() || std::any_of(written.begin(), written.end(), control)) {
    return fail(ErrorKind::bad_input, "names no file");
  }
  if (written.front() == '/') {
    return fail(ErrorKind::refused, "leads out of the folder of the rules");
  }
  return normal_path(std::string(folder_of(from)) + std::string(written));
}

Result<std::string> read_beneath(const std::string& root, const std::string& path) {
  const std::string root_path = normal_path(root);
  const std::string folder(folder_of(root_path));
  // Both are in normal form: one lies in the other where its path begins with the other's.
  const std::string below = path.starts_with(folder) ? path.substr(folder.size()) : "..";
  if (below == ".." || below.starts_with("../") || below.starts_with('/')) {
    return fail(ErrorKind::refused, "leads out of the folder of the rules");
  }
  const auto opened = ANTIDOTARY_TRY(files::Root::open(folder.empty() ? "." : folder));
  const auto file = ANTIDOTARY_TRY(opened.open_file(below));
  const auto bytes = ANTIDOTARY_TRY(files::read_whole(file.get(), include_bytes_max));
  return to_string(bytes);
}

}  // namespace antidotary::signatures::yara
