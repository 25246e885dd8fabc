#include "cli/site_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/write_file.h"
#include "core/digest.h"
#include "core/text.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t digest_chars = 64;
constexpr std::uint64_t list_bytes_max = 64 << 20;

std::string digest_of(const std::string& text) {
  return sha256_hex(view_of(text.data(), text.size()));
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream held;
  held << file.rdbuf();
  return held.str();
}

// Names below the folder, one by one; none that climbs or is absolute.
bool is_below(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  const auto parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
}

// True where a folder on the way, or the file itself, is a link to somewhere else.
bool leads_away(const fs::path& folder, const fs::path& path) {
  fs::path at = folder;
  for (const fs::path& part : path) {
    at /= part;
    std::error_code failed;
    if (fs::is_symlink(at, failed)) return true;
  }
  return false;
}

// Only pages that are not as they should be are written: a web server's caches stay good.
bool is_as_it_should_be(const fs::path& path, const std::string& text) {
  std::error_code failed;
  if (fs::is_symlink(path, failed) || fs::file_size(path, failed) != text.size() || failed) {
    return false;
  }
  return content(path) == text;
}

Status write_whole(const fs::path& path, const std::string& text) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (failed) {
    return fail(ErrorKind::io, "cannot make the folder {}: {}", path.parent_path().string(),
                failed.message());
  }
  return write_file(path, text);
}

}  // namespace

Result<SiteFolder> SiteFolder::open(std::string folder) {
  SiteFolder out(std::move(folder));
  const fs::path list = fs::path(out.folder_) / site_list;
  std::error_code failed;
  if (!fs::exists(list, failed)) return out;
  const auto not_ours = [&list](std::size_t number) {
    return fail(ErrorKind::bad_input,
                "line {} of {} is not as 'site build' writes it; remove the folder and build anew",
                number, list.string());
  };
  if (!fs::is_regular_file(list, failed) || fs::file_size(list, failed) > list_bytes_max) {
    return not_ours(1);
  }
  std::size_t number = 0;
  const std::string text = content(list);
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (line.empty()) continue;
    const bool whole = line.size() > digest_chars + 2 && line.substr(digest_chars, 2) == "  " &&
                       is_below(line.substr(digest_chars + 2));
    if (!whole) return not_ours(number);
    out.listed_[std::string(line.substr(digest_chars + 2))] = line.substr(0, digest_chars);
  }
  return out;
}

Status SiteFolder::refuse_strangers(const std::vector<publish::SiteFile>& files) const {
  for (const publish::SiteFile& file : files) {
    if (!is_below(file.path)) {
      return fail(ErrorKind::refused, "the page '{}' would stand outside {}; mend the id it is of",
                  file.path, folder_);
    }
    const fs::path path = fs::path(folder_) / file.path;
    if (leads_away(folder_, file.path)) {
      return fail(ErrorKind::refused, "{} lies behind a link, which may lead anywhere; remove it",
                  path.string());
    }
    std::error_code failed;
    if (!fs::exists(fs::symlink_status(path, failed)) || listed_.count(file.path) > 0) continue;
    if (is_as_it_should_be(path, file.text)) continue;
    return fail(ErrorKind::refused,
                "{} exists and was not written by 'site build'; name another folder, or move it "
                "away",
                path.string());
  }
  return {};
}

Status SiteFolder::write_list(const std::map<std::string, std::string>& digests) const {
  std::string text;
  for (const auto& [path, digest] : digests) text += digest + "  " + path + "\n";
  const fs::path list = fs::path(folder_) / site_list;
  return is_as_it_should_be(list, text) ? Status{} : write_whole(list, text);
}

SiteFolder::Written SiteFolder::remove_vanished(
    const std::map<std::string, std::string>& fresh) const {
  Written out;
  for (const auto& [name, digest] : listed_) {
    if (fresh.count(name) > 0) continue;
    fs::path path = fs::path(folder_) / name;
    std::error_code failed;
    if (!fs::exists(fs::symlink_status(path, failed))) continue;
    const bool ours = !leads_away(folder_, name) && fs::is_regular_file(path, failed) &&
                      digest_of(content(path)) == digest;
    if (!ours || !fs::remove(path, failed)) {
      out.left.push_back(path.string());
      continue;
    }
    ++out.removed;
    // Folders that are empty now; removing one that is not fails, as it should.
    for (fs::path part = fs::path(name).parent_path(); !part.empty(); part = part.parent_path()) {
      if (!fs::is_empty(fs::path(folder_) / part, failed) || failed) break;
      fs::remove(fs::path(folder_) / part, failed);
    }
  }
  return out;
}

Result<SiteFolder::Written> SiteFolder::write(const std::vector<publish::SiteFile>& files) {
  ANTIDOTARY_CHECK(refuse_strangers(files));
  std::map<std::string, std::string> fresh;
  for (const publish::SiteFile& file : files) fresh[file.path] = digest_of(file.text);
  // Listed before it is written: what a cut leaves behind is known to the next build.
  std::map<std::string, std::string> both = fresh;
  both.insert(listed_.begin(), listed_.end());
  ANTIDOTARY_CHECK(write_list(both));
  for (const publish::SiteFile& file : files) {
    const fs::path path = fs::path(folder_) / file.path;
    if (!is_as_it_should_be(path, file.text)) ANTIDOTARY_CHECK(write_whole(path, file.text));
  }
  Written out = remove_vanished(fresh);
  ANTIDOTARY_CHECK(write_list(fresh));
  listed_ = std::move(fresh);
  return out;
}

}  // namespace antidotary::cli
