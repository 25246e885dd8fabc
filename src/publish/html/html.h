// HTML: every kind of page of the encyclopedia, as one self-contained page or as a whole site.
//
// Pure: pages come out as texts; who writes or serves them is the caller's business. Nothing in a
// page asks a network for anything. All that entries say is escaped; Markdown goes through
// cmark-gfm, and HTML in it is shown, not obeyed. The same encyclopedia gives the same bytes.
// Addresses and what each page holds: docs/reference/site.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "entries/encyclopedia.h"
#include "publish/revisions.h"

namespace antidotary::publish {

/// What a page is about. Exactly one of entry, bulletin, term, check, weakness and vendor is set.
/// Pointers are into the encyclopedia, which outlives this.
struct Subject {
  const entries::Entry* entry = nullptr;
  const entries::Variant* variant = nullptr;  ///< With `entry`: the page of that variant.
  const entries::Bulletin* bulletin = nullptr;
  const entries::Term* term = nullptr;
  const entries::PostureCheck* check = nullptr;
  std::string weakness;  ///< "CVE-2003-0352".
  std::string vendor;    ///< As entries write it: "Trend Micro".
};

/// A bulletin, article, weakness, term, check or vendor by its id or name; none where `name` is
/// none of these. Threats are resolved by entries/names.h.
std::optional<Subject> reference_subject(const entries::Encyclopedia& encyclopedia,
                                         std::string_view name);

/// What stands beside the subject's page for programs, one line: docs/reference/site.md.
std::string json_page(const entries::Encyclopedia& encyclopedia, const Subject& subject);

/// The page by itself: its style within, no script, no link but to sources.
std::string html_page(const entries::Encyclopedia& encyclopedia, const Subject& subject);

struct SiteOptions {
  /// Where the site will stand, "https://example.org/antidotary"; feed and sitemap need it. Empty:
  /// both are left out.
  std::string address;
  std::vector<Revision> revisions;  ///< Newest first.
};

struct SiteFile {
  std::string path;  ///< Below the site's folder, '/' between names: "win32/mimail.html".
  std::string text;
};

/// The whole site, in the order of paths.
std::vector<SiteFile> site(const entries::Encyclopedia& encyclopedia, const SiteOptions& options);

}  // namespace antidotary::publish
