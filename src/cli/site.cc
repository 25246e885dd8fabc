// site build DIR: the encyclopedia as static pages.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/desk.h"
#include "publish/html/html.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;

Result<std::vector<publish::Revision>> revisions(const Invocation& invocation) {
  std::ifstream file(encyclopedia_path(invocation) + "/CHANGES", std::ios::binary);
  if (!file) return std::vector<publish::Revision>{};
  std::ostringstream text;
  text << file.rdbuf();
  return publish::read_revisions(text.str());
}

// An address as a person gives it: https://host/path, without the last '/'.
Result<std::string> site_address(const Invocation& invocation) {
  std::string address = invocation.value("address");
  while (address.ends_with('/')) address.pop_back();
  const bool web = address.starts_with("https://") || address.starts_with("http://");
  if (invocation.has("address") && !web) {
    return fail(ErrorKind::bad_input,
                "--address takes an address such as https://example.org, not '{}'",
                invocation.value("address"));
  }
  return address;
}

// Only pages that are not as they should be are written: a web server's caches stay good.
bool is_as_it_should_be(const fs::path& path, const std::string& text) {
  std::error_code failed;
  if (fs::is_symlink(path, failed) || fs::file_size(path, failed) != text.size() || failed) {
    return false;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream held;
  held << file.rdbuf();
  return held.str() == text;
}

Status write(const fs::path& root, const publish::SiteFile& file) {
  const fs::path path = root / file.path;
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (failed) {
    return fail(ErrorKind::io, "cannot make the folder {}: {}", path.parent_path().string(),
                failed.message());
  }
  if (is_as_it_should_be(path, file.text)) return {};
  const fs::path fresh = path.string() + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out << file.text;
  out.close();
  if (!out) return fail(ErrorKind::io, "cannot write {}", fresh.string());
  fs::rename(fresh, path, failed);
  if (failed) return fail(ErrorKind::io, "cannot write {}: {}", path.string(), failed.message());
  return {};
}

}  // namespace

Exit run_site_build(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  publish::SiteOptions options;
  const auto address = site_address(invocation);
  if (!address) return complain(address.error());
  options.address = *address;
  auto listed = revisions(invocation);
  if (!listed) return complain(listed.error());
  options.revisions = std::move(*listed);
  const auto files = publish::site(*encyclopedia, options);
  std::size_t pages = 0;
  std::size_t bytes = 0;
  for (const publish::SiteFile& file : files) {
    if (const Status written = write(invocation.arguments[0], file); !written) {
      return complain(written.error());
    }
    pages += file.path.ends_with(".html") ? 1 : 0;
    bytes += file.text.size();
  }
  if (invocation.has("json")) {
    Json line;
    line.set("pages", static_cast<std::uint64_t>(pages));
    line.set("files", static_cast<std::uint64_t>(files.size()));
    line.set("bytes", static_cast<std::uint64_t>(bytes));
    print_line(typed("site", line));
  } else {
    print(fmt::format("{} pages, {} files, {} KB in {}\n", pages, files.size(), bytes / 1000,
                      invocation.arguments[0]));
  }
  if (options.address.empty()) {
    complain("no feed and no sitemap were made: they need --address, where the site will stand");
  }
  return whole_or_incomplete(*encyclopedia, Exit::clean);
}

}  // namespace antidotary::cli
