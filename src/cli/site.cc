// site build DIR: the encyclopedia as static pages.
#include "cli/desk.h"
#include "cli/revisions.h"
#include "cli/site_folder.h"
#include "publish/html/html.h"

namespace antidotary::cli {
namespace {

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

}  // namespace

Exit run_site_build(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  publish::SiteOptions options;
  const auto address = site_address(invocation);
  if (!address) return complain(address.error());
  options.address = *address;
  auto listed = revisions_of(invocation);
  if (!listed) return complain(listed.error());
  options.revisions = std::move(*listed);
  const auto files = publish::site(*encyclopedia, options);
  auto folder = SiteFolder::open(invocation.arguments[0]);
  if (!folder) return complain(folder.error());
  const auto written = folder->write(files);
  if (!written) return complain(written.error());
  for (const std::string& path : written->left) {
    complain(path + " belongs to no page any more and was changed since: it is left");
  }
  std::size_t pages = 0;
  std::size_t bytes = 0;
  for (const publish::SiteFile& file : files) {
    pages += file.path.ends_with(".html") ? 1 : 0;
    bytes += file.text.size();
  }
  if (invocation.has("json")) {
    Json line;
    line.set("pages", static_cast<std::uint64_t>(pages));
    line.set("files", static_cast<std::uint64_t>(files.size()));
    line.set("bytes", static_cast<std::uint64_t>(bytes));
    line.set("removed", static_cast<std::uint64_t>(written->removed));
    print_line(typed("site", line));
  } else {
    const std::string removed =
        written->removed == 0 ? "" : fmt::format(", {} old files removed", written->removed);
    print(fmt::format("{} pages, {} files, {} KB in {}{}\n", pages, files.size(), bytes / 1000,
                      invocation.arguments[0], removed));
  }
  if (options.address.empty()) {
    complain("no feed and no sitemap were made: they need --address, where the site will stand");
  }
  return whole_or_incomplete(*encyclopedia, Exit::clean);
}

}  // namespace antidotary::cli
