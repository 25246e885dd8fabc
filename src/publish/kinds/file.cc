// file: said as name, size and digests; removed by deleting exactly that file.
#include "entries/kinds/file.h"

#include <fmt/core.h>

#include "core/text.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

const entries::FileChange& file_of(const entries::Change& change) {
  return dynamic_cast<const entries::FileChange&>(change);
}

std::string sizes_of(const entries::FileChange& file) {
  std::string out;
  for (const std::uint64_t size : file.sizes) {
    out += (out.empty() ? "" : " or ") + with_commas(size);
  }
  return out + " bytes";
}

Rows render(const entries::Change& change) {
  const auto& file = file_of(change);
  Rows rows = {{"File", file.summary()}};
  if (!file.role.empty()) rows.emplace_back("What it is", file.role);
  if (!file.sizes.empty()) rows.emplace_back("Size", sizes_of(file));
  if (!file.md5.empty()) rows.emplace_back("MD5", join(file.md5, ", "));
  if (!file.sha1.empty()) rows.emplace_back("SHA-1", join(file.sha1, ", "));
  if (!file.sha256.empty()) rows.emplace_back("SHA-256", join(file.sha256, ", "));
  if (!file.genuine_twin.empty()) {
    rows.emplace_back("Take care", fmt::format("Windows has a genuine {} in {}; that one stays",
                                               file.name, file.genuine_twin));
  }
  return rows;
}

std::string by_hand(const entries::Change& change) {
  const auto& file = file_of(change);
  const bool told_apart = !file.sizes.empty() || !file.md5.empty() || !file.genuine_twin.empty() ||
                          !file.sha1.empty() || !file.sha256.empty();
  if (file.evidence == entries::Grade::weak && !told_apart) {
    return fmt::format("Look at {}{}; delete it unless a program of yours put it there.",
                       file.summary(), file.role.empty() ? "" : " (" + file.role + ")");
  }
  std::string out = "Delete " + file.summary();
  if (!file.role.empty()) out += " (" + file.role + ")";
  if (!file.sizes.empty()) out += ", if its size is " + sizes_of(file);
  if (!file.md5.empty()) out += ", if its MD5 is " + file.md5.front();
  if (!file.genuine_twin.empty()) {
    out += fmt::format(". Leave the genuine {} in {} alone", file.name, file.genuine_twin);
  }
  return out + '.';
}

void describe(const entries::Change& change, Json& object) {
  const auto& file = file_of(change);
  object.set("directory", file.directory);
  object.set("name", file.name);
  if (!file.role.empty()) object.set("role", file.role);
  Json::Array sizes;
  for (const std::uint64_t size : file.sizes) sizes.emplace_back(size);
  object.set("sizes", std::move(sizes));
  object.set("md5", json_list(file.md5));
  object.set("sha1", json_list(file.sha1));
  object.set("sha256", json_list(file.sha256));
  if (!file.genuine_twin.empty()) object.set("genuine_twin", file.genuine_twin);
}

std::string process(const entries::Change& change) {
  const auto& file = file_of(change);
  const std::size_t dot = file.name.rfind('.');
  const std::string extension = dot == std::string::npos ? "" : ascii_lower(file.name.substr(dot));
  const bool runs =
      extension == ".exe" || extension == ".scr" || extension == ".pif" || extension == ".com";
  return runs && file.name.find_first_of("*?") == std::string::npos ? file.name : std::string();
}

Terms observe(const entries::Change& change) {
  const auto& file = file_of(change);
  std::vector<std::string> sizes;
  for (const std::uint64_t size : file.sizes) sizes.push_back(std::to_string(size));
  return {{Property::file_directory, {file.directory}},
          {Property::file_name, {file.name}},
          {Property::file_size, std::move(sizes)},
          {Property::file_md5, file.md5},
          {Property::file_sha1, file.sha1},
          {Property::file_sha256, file.sha256}};
}

}  // namespace

const Kind& file_kind() {
  static constexpr Kind kind = {
      "file",
      "Files",
      &render,
      &by_hand,
      &describe,
      "Delete these files, each in exactly the folder that is named. To see them all, let the "
      "Explorer show hidden and system files (Tools, Folder Options, View).",
      3,
      &process,
      &observe};
  return kind;
}

}  // namespace antidotary::publish
